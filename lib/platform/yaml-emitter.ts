import { stringify } from 'yaml';

/** What cdk8s passes to the same library: YAML 1.1 quotes what older parsers would read as another type. */
const OPTIONS = { keepUndefined: true, lineWidth: 0, version: '1.1' } as const;

/** Text that means itself wherever it stands: a letter or an option first, no indicator, no space, no ":" at the end. */
const PLAIN = /^(?:--)?[A-Za-z/][A-Za-z0-9_./,@+=()$-]*(?::[A-Za-z0-9_./,@+=()$-]+)*$/;
/** The words among them that YAML 1.1 reads as something else. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const LONGEST_WORD = 5;
/** At the start of a line these mean something to YAML, but only outside of any map or list. */
const DIRECTIVE = /^(?:%|---|\.\.\.)/m;

/** Remembered texts; a platform repeats most of those that need a second look, and a bound keeps memory flat. */
const REMEMBERED = 20_000;
const values = new Map<string, string>();
const keys = new Map<string, string | undefined>();

/** Thrown inside of a document that the library must print as a whole. */
class Unusual extends Error {}
const UNUSUAL = new Unusual();

/**
 * The objects as a YAML stream, byte for byte as cdk8s's `Yaml.stringify` prints it, many times faster.
 *
 * The rules of quoting are not written down a second time: every text that is not evidently plain is printed by the
 * `yaml` library itself, once, and remembered.
 */
export function emitYaml(objects: readonly unknown[]): string {
  let text = '';
  for (let index = 0; index < objects.length; index++) {
    text += (index > 0 ? '---\n' : '') + emitDocument(objects[index]);
  }
  return text;
}

function emitDocument(value: unknown): string {
  if (value === undefined) {
    return '\n';
  }
  try {
    if (isMap(value) && Object.keys(value).length > 0) {
      return emitMap(value, '', '') + '\n';
    }
  } catch (error) {
    if (error !== UNUSUAL) {
      throw error;
    }
  }
  return stringify(value, OPTIONS);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.constructor === Object;
}

/** @param first what stands before the first key: nothing behind "- ", else the indent */
function emitMap(map: Record<string, unknown>, indent: string, first: string): string {
  let text = '';
  let lead = first;
  for (const key of Object.keys(map)) {
    text += lead + emitKey(key) + emitNested(map[key], indent);
    lead = '\n' + indent;
  }
  return text;
}

/** A value behind its key. */
function emitNested(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) {
    return ' ' + emitScalar(value, indent + '  ');
  }
  const inner = indent + '  ';
  if (Array.isArray(value)) {
    return value.length > 0 ? '\n' + emitList(value, inner, inner) : ' []';
  }
  if (!isMap(value)) {
    throw UNUSUAL;
  }
  return Object.keys(value).length > 0 ? '\n' + emitMap(value, inner, inner) : ' {}';
}

function emitList(list: readonly unknown[], indent: string, first: string): string {
  let text = '';
  let lead = first;
  const inner = indent + '  ';
  for (const item of list) {
    text += lead + '- ';
    if (typeof item !== 'object' || item === null) {
      text += emitScalar(item, inner);
    } else if (Array.isArray(item)) {
      text += item.length > 0 ? emitList(item, inner, '') : '[]';
    } else if (!isMap(item)) {
      throw UNUSUAL;
    } else {
      text += Object.keys(item).length > 0 ? emitMap(item, inner, '') : '{}';
    }
    lead = '\n' + indent;
  }
  return text;
}

function emitScalar(value: unknown, indent: string): string {
  switch (typeof value) {
    case 'string':
      return emitText(value, indent);
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? `${value}` : print(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      if (value === null) {
        return 'null';
      }
      throw UNUSUAL;
  }
}

function emitText(text: string, indent: string): string {
  if (isPlain(text)) {
    return text;
  }
  const printed = remember(values, text, print);
  return printed.includes('\n')
    ? printed
        .split('\n')
        .map((line, index) => (index === 0 || line === '' ? line : indent + line.slice(2)))
        .join('\n')
    : printed;
}

function emitKey(key: string): string {
  const printed = remember(keys, key, printKey);
  if (printed === undefined) {
    throw UNUSUAL;
  }
  return printed;
}

/** The key with its ":"; undefined where the library prints a complex key, or does not print it alike everywhere. */
function printKey(key: string): string | undefined {
  if (isPlain(key) && key.length < 200) {
    return `${key}:`;
  }
  const entry = DIRECTIVE.test(key) ? '?' : stringify({ [key]: 0 }, OPTIONS);
  return entry.startsWith('?') ? undefined : entry.slice(0, -' 0\n'.length);
}

const isPlain = (text: string): boolean => PLAIN.test(text) && !(text.length <= LONGEST_WORD && WORD.test(text));

/** How the library prints a scalar in a list, without the "- " before it and the line's end behind it. */
const print = (value: unknown): string => stringify([value], OPTIONS).slice(2, -1);

function remember<Printed>(memory: Map<string, Printed>, text: string, make: (text: string) => Printed): Printed {
  const known = memory.get(text);
  if (known !== undefined) {
    return known;
  }
  const printed = make(text);
  if (memory.size < REMEMBERED) {
    memory.set(text, printed);
  }
  return printed;
}
