import type { Json } from '../values/value-node';

/** Texts that YAML reads as texts whatever its version, without quotes. */
const PLAIN = /^(?:--?[A-Za-z]|[A-Za-z/_])[A-Za-z0-9 /._:=@+,()*-]*$|^[1-9][0-9]*(?:[KMGT]i|m|s)$/;
const AMBIGUOUS = /: |:$| $/;

/** Words that YAML 1.1 or 1.2 reads as something else than a text. */
export const YAML_WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A literal as YAML, in a template: what Go would take for an action is not one. */
export function yamlScalar(value: Json): string {
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  if (PLAIN.test(value) && !AMBIGUOUS.test(value) && !YAML_WORD.test(value)) {
    return value;
  }
  return escaped(isReadableInSingle(value) ? `'${value}'` : yamlQuoted(value));
}

/** Whether a text is easier to read between single quotes, which know no escapes. */
export const isReadableInSingle = (text: string): boolean => /["\\]/.test(text) && /^[ -&(-~]*$/.test(text);

/** A text in double quotes. YAML knows the escapes of JSON; what may not stand in YAML at all is escaped too. */
export const yamlQuoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, unicode);

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text that a template prints as it is; a brace must not become one of the action behind it. */
export function escaped(text: string, isBeforeAction = false): string {
  const safe = text.replaceAll('{{', '{{ "{{" }}');
  return isBeforeAction ? safe.replace(/\{$/, '{{ "{" }}') : safe;
}

/** A text as a constant of a template. */
export const goText = (text: string): string => yamlQuoted(text);

/** Whether a text can stand in a template as lines of a block. */
export function fitsBlock(text: string): boolean {
  return (
    /^[^\s]/.test(text) &&
    !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/.test(text)
  );
}
