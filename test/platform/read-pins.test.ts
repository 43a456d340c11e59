import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Team } from '../../lib';
import { expectRefusal } from '../support';
import { note, SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const pinned = (team: Team) => void note(team, 'version', `v${team.pinned('churn').version}`);

/** A platform of teams fraud and search in staging, of which fraud serves churn. */
const platform = (declare: (team: Team) => void = pinned) => {
  const declared = work().platform();
  const [staging] = declared.environments({ staging: {} });
  staging!.team('fraud', SMALL, declare);
  staging!.team('search', SMALL);
  return declared;
};

const FILE = 'environments/staging/fraud.yaml';
const inRoot = (path: string) => join(work().root, path);

describe('pins', () => {
  test.each(['\n', '\r\n'])('are read from the file of the team, with lines that end in %j', end => {
    work().write(FILE, ['models:', '  churn:', '    version: 7', ''].join(end));
    platform().synth();
    expect(work().read('dist/staging/fraud.k8s.yaml')).toContain('text: v7\n');
  });

  test('need no file and no folder where nobody asks for one', () => {
    expect(platform(() => undefined).synth().written).toHaveLength(2);
  });

  test.each([
    ['', ''],
    ['models:\n  spam:\n    version: 1\n', ', which pins spam'],
  ])('are asked for by model, and the file to write them to is named', (text, known) => {
    work().write(FILE, text);
    expect(() => platform().synth()).toThrow(
      `[staging/fraud] model "churn" has no pin in ${inRoot(FILE)}${known}; add it there:\n` +
        '  models:\n    churn:\n      version: 1',
    );
  });

  test('are refused where nobody declares the model', () => {
    work().write(FILE, 'models:\n  churn:\n    version: 7\n  spam:\n    version: 1\n');
    expectRefusal(
      () => platform().synth(),
      `[staging/fraud] ${inRoot(FILE)}:4 pins model "spam", which nobody declares; remove the pin, or serve ` +
        "team.pinned('spam')",
    );
  });

  test('are refused with file and line where they cannot be read', () => {
    work().write(FILE, 'models:\n  churn:\n    version: 7\n    versoin: 8\n   spam: [\n');
    expect(() => platform().synth()).toThrow(
      new RegExp(String.raw`^\[staging/fraud: \S+/environments/staging/fraud\.yaml:\d\] not readable as YAML: `),
    );
    expect(work().paths()).toEqual([]);
  });

  test('are refused in all environments and teams together, beside other mistakes', () => {
    work().write(FILE, 'models:\n  churn:\n    version: seven\n');
    work().write('environments/staging/search.yaml', 'modles: {}\n');
    expect(() => platform().synth()).toThrow(
      /^\[staging\/fraud: \S+fraud.yaml:3\] .*\n(.*\n)*\[staging\/search: \S+search.yaml:1\]/,
    );
  });

  test.each([
    ['environments/qa/fraud.yaml', 'environments/qa', 'there is no environment "qa", only: staging'],
    ['environments/staging.yaml', 'environments/staging.yaml', 'there is no environment "staging.yaml", only: staging'],
    [
      'environments/staging/freud.yaml',
      'environments/staging/freud.yaml',
      'no team of staging has this file, the teams are: fraud, search',
    ],
    [
      'environments/staging/search.yml',
      'environments/staging/search.yml',
      'no team of staging has this file, the teams are: fraud, search',
    ],
    [
      'environments/staging/more/search.yaml',
      'environments/staging/more',
      'no team of staging has this file, the teams are: fraud, search',
    ],
  ])('that belong to nobody are refused, such as in %s', (file, place, problem) => {
    work().write(FILE, 'models:\n  churn:\n    version: 7\n');
    work().write(file, 'models: {}\n');
    expect(() => platform().synth()).toThrow(`[${inRoot(place)}] ${problem}; `);
    expect(platform().synth({ only: 'staging/fraud' }).written).toHaveLength(1);
  });

  test('may have a README and hidden files beside them', () => {
    ['environments/README.md', 'environments/staging/README.md', 'environments/.keep'].forEach(file =>
      work().write(file, 'text'),
    );
    expect(platform(() => undefined).synth().written).toHaveLength(2);
  });

  test.each<[string, () => void, string]>([
    ['a folder in place of a file', () => mkdirSync(inRoot(FILE), { recursive: true }), 'EISDIR'],
    ['a file in place of a folder', () => work().write('environments/staging', 'text'), 'ENOTDIR'],
    ['a file in place of all', () => work().write('environments', 'text'), 'ENOTDIR'],
  ])('cannot be read from %s', (_, arrange, code) => {
    arrange();
    expect(() => platform().synth()).toThrow(
      new RegExp(
        String.raw`\[\S.*environments\S*\] ${code}: .*; pins are files <environment>/<team>.yaml that can be read`,
      ),
    );
  });
});
