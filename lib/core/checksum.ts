import { createHash } from 'node:crypto';
import { derivedValue } from './derived-value';

const DIGITS = 16;

/** A short name for a text: another text has another one. Pods that carry it are replaced when the text changes. */
export function checksum(text: string): string {
  return derivedValue('checksum', [text], createHash('sha256').update(text).digest('hex').slice(0, DIGITS));
}
