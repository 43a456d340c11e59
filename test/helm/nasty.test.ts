import { plainLines } from '../../lib/core/plain-lines';
import { translate } from '../../lib/helm/translate';
import { expectRefusal } from '../support';
import { printedBy, sourceOf } from './charts';
import { NASTY } from './nasty';

/** Enough to tell; the judge of charts takes ten times as many, and asks Helm. */
const SAMPLES = 200;

const TRANSLATED = NASTY.filter(({ refused }) => refused === undefined);
const REFUSED = NASTY.filter(({ refused }) => refused !== undefined);

describe('A construct that is hard to translate', () => {
  test.each(TRANSLATED)('is translated when it $does', ({ values, build, prints = [] }) => {
    const source = sourceOf(values, build, SAMPLES);
    const { tree } = translate(source);
    const templates = Object.values(printedBy(source, tree)).join('\n');
    expect(prints.filter(text => !templates.includes(text))).toEqual([]);
  });

  test.each(REFUSED)('is refused when it $does', ({ values, build, refused }) => {
    expectRefusal(() => translate(sourceOf(values, build, SAMPLES)), plainLines(refused!));
  });
});
