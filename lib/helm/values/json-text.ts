import { canonicalJson } from '../../core/canonical-json';
import type { Json } from './value-node';

/** A value as messages show it: no longer than its first characters. */
export function shownJson(value: Json, most: number): string {
  const text = JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)}...` : text;
}

/** The map that a text holds as JSON, in the form that Go prints too, with a line end; undefined if it is another text. */
export function mapInText(text: Json): Json | undefined {
  if (typeof text !== 'string' || !text.startsWith('{\n') || !text.endsWith('\n}\n')) {
    return undefined;
  }
  try {
    const value = JSON.parse(text) as Json;
    return `${canonicalJson(value)}\n` === text ? value : undefined;
  } catch {
    return undefined;
  }
}
