import type { ValuePath } from './value-node';

/** A path as it is read: `values.ingress.hosts[].name`. */
export function pathText(path: ValuePath): string {
  return path.reduce((text, step) => (step === '[]' || step === '{}' ? text + step : `${text}.${step}`), 'values');
}
