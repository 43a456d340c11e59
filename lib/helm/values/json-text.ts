import { canonicalJson } from '../../core/canonical-json';
import type { Json } from './value-node';

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
