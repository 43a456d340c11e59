import { isDeepStrictEqual } from 'node:util';
import { isMap, parseDocument, type Document } from 'yaml';
import { parsePins, type Pin } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import { UNPINNED, type Promotion } from './plan';

/**
 * The text of a pin file after a promotion. Everything else in it stays as it was written, comments too.
 *
 * @throws PlatformErrors if the file cannot be changed without changing more than the pin
 */
export function editPin(text: string, file: string, promotion: Promotion): string {
  refuseOddBytes(text, file);
  const { model, from, change } = promotion;
  const { models } = parsePins(text, file);
  const pin = models.get(model) ?? (from === UNPINNED ? unpinned(model) : undefined);
  if (pin === undefined) {
    throw new PlatformError(file, `model "${model}" has no pin`, 'pin a version first');
  }
  return edited(text, file, models, [pin, change.kind === 'pin-removed' ? undefined : promoted(pin, promotion)]);
}

/**
 * The text of a pin file in which a model has this pin, or none. Everything else in it stays as it was written.
 *
 * @throws PlatformErrors if the file cannot be changed without changing more than the pin
 */
export function withPin(text: string, file: string, model: string, after: Pin | undefined): string {
  refuseOddBytes(text, file);
  const { models } = parsePins(text, file);
  return edited(text, file, models, [models.get(model) ?? unpinned(model), after]);
}

const unpinned = (name: string): Pin => ({ name, version: UNPINNED, line: 0 });

function edited(
  text: string,
  file: string,
  models: ReadonlyMap<string, Pin>,
  [pin, after]: readonly [Pin, Pin | undefined],
): string {
  const document = parseDocument(text, { keepSourceTokens: true, stringKeys: true });
  const expected = new Map(models);
  if (after === undefined) {
    document.deleteIn(['models', pin.name]);
    expected.delete(pin.name);
  } else {
    setPin(document, pin, after);
    expected.set(pin.name, after);
  }
  const made = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  check(made, file, expected);
  return made;
}

/** Changes what differs, and nothing else. */
function setPin(document: Document, pin: Pin, after: Pin): void {
  const written = after as unknown as Record<string, unknown>;
  for (const key of ['version', 'digest', 'run', 'mlmodel', 'signature', 'canary', 'shadow']) {
    const at = ['models', pin.name, key];
    const [old, value] = [(pin as unknown as Record<string, unknown>)[key], written[key]];
    if (value === undefined && old !== undefined) {
      document.deleteIn(at);
    } else if (!isDeepStrictEqual(old, value)) {
      document.setIn(at, typeof value === 'object' && !isMap(value) ? document.createNode(value) : value);
    }
  }
}

/** What a promotion makes of a pin. */
export function promoted(pin: Pin, { change, version, facts }: Promotion): Pin {
  const { canary: _canary, digest: _digest, signature: _signature, run: _run, mlmodel: _mlmodel, ...kept } = pin;
  const file = typeof facts?.file === 'object' ? facts.file : undefined;
  const origin = { ...(facts?.run && { run: facts.run.id }), ...(file && { mlmodel: file.digest }) };
  switch (change.kind) {
    case 'pin-removed':
      return pin;
    case 'canary-removed': {
      const { canary: _gone, ...rest } = pin;
      return rest;
    }
    case 'canary': {
      const digest = change.digest === undefined ? {} : { digest: change.digest };
      return { ...withoutShadow(pin, version), canary: { version, percent: change.percent, ...digest, ...origin } };
    }
    case 'restored': {
      const { canary: _tried, shadow: _seen, ...restored } = change.pin;
      const { shadow } = withoutShadow(pin, version);
      return { ...restored, ...(shadow && { shadow }), line: pin.line };
    }
    case 'version':
      return {
        ...withoutShadow(kept, version),
        version,
        ...(change.digest !== undefined && { digest: change.digest }),
        ...origin,
        ...(file?.signature && { signature: file.signature }),
      };
  }
}

/** A version that answers is no shadow any more. */
function withoutShadow(pin: Pin, version: number): Pin {
  const { shadow, ...rest } = pin;
  return shadow?.version === version ? rest : pin;
}

/** What would not survive that the file is printed again. */
function refuseOddBytes(text: string, file: string): void {
  const odd = [
    ['\uFEFF', 'a byte order mark'],
    ['\r', 'a carriage return'],
    ['\t', 'a tab'],
  ].find(([character]) => text.includes(character!));
  if (odd) {
    const line = text.slice(0, text.indexOf(odd[0]!)).split('\n').length;
    throw new PlatformError(
      `${file}:${line}`,
      `${odd[1]} stands in the file`,
      'write it with plain line feeds and spaces',
    );
  }
}

/** The text that goes out must say exactly what was decided: nothing more, nothing less. */
function check(text: string, file: string, expected: ReadonlyMap<string, Pin>): void {
  const content = (models: ReadonlyMap<string, Pin>) =>
    [...models].map(([name, { line: _line, ...pin }]) => [name, JSON.parse(JSON.stringify(pin))]);
  if (!isDeepStrictEqual(content(parsePins(text, file).models), content(expected))) {
    throw new Error(`${file}: what would be written is not what was decided`);
  }
}
