import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parsePins, type Pin } from '../core/pins';
import { collect } from '../core/platform-error';
import { withPin } from '../promotion/pin-edit';

/** A file of pins in this folder, before and after one of its pins is changed. */
export interface PinTexts {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Changes the pin of a model in the file as it is now: what others wrote there meanwhile stays.
 *
 * @returns why the pin stays as it is, if it does
 */
export function rewritePin(model: string, { file, before, after }: PinTexts): string | undefined {
  for (;;) {
    const text = textIn(file);
    const made = edited(model, { file, before, after }, text);
    if (typeof made === 'object') {
      return made.stays;
    }
    // Another one like this may have been faster.
    if (textIn(file) === text) {
      replaceFile(file, made);
      return undefined;
    }
  }
}

/** What to write in the place of a text, or why its pin stays as it is; if it is right already, there is no reason. */
function edited(model: string, { file, before, after }: PinTexts, text: string): string | { readonly stays?: string } {
  if (text === before) {
    return after;
  }
  let made: string | { readonly stays?: string } = {};
  const mistakes = collect(() => {
    const [from, to, now] = [before, after, text].map(one => parsePins(one, file).models.get(model));
    if (!same(now, to)) {
      made = same(now, from) ? withPin(text, file, model, to) : { stays: changed(file, model, now) };
    }
  });
  return mistakes.length === 0
    ? made
    : { stays: `the pin of ${model} is not written: ${mistakes.map(({ message }) => message).join('; ')}` };
}

/** The text of a file; one that is not there pins nothing, as an empty one. */
export const textIn = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const same = (one: Pin | undefined, other: Pin | undefined): boolean =>
  isDeepStrictEqual(one && { ...one, line: 0 }, other && { ...other, line: 0 });

function changed(file: string, model: string, now: Pin | undefined): string {
  if (now !== undefined) {
    return `${file} pins ${model} to version ${now.version} by now, and stays as it is`;
  }
  return existsSync(file)
    ? `${file} has no pin of ${model} any more, and stays as it is`
    : `${file} is gone by now, so ${model} stays without a pin`;
}

/** Nobody sees half of it, and what is a link stays one. */
function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const place = existsSync(file) ? realpathSync(file) : file;
  const made = join(dirname(place), `.${basename(place)}.${process.pid}`);
  writeFileSync(made, text, { mode: statSync(place, { throwIfNoEntry: false })?.mode });
  renameSync(made, place);
}
