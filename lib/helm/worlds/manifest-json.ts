import { PlatformError } from '../../core/platform-error';

/** A field that no manifest can hold: whatever the values are, the construct has to be changed. */
export class ForeignField extends PlatformError {}

/** @throws ForeignField if something in an object of a construct is nothing that JSON can say */
export function checkManifest(object: object): void {
  const path: string[] = [];
  const problem = problemIn(object, path);
  if (problem !== undefined) {
    const { kind, metadata } = object as { kind?: string; metadata?: { name?: string } };
    throw new ForeignField(
      `${kind}/${metadata?.name} ${path.reverse().join('').replace(/^\./, '')}`,
      problem,
      'print texts, numbers, booleans, lists and maps of them, and leave out what is not there',
    );
  }
}

/** @param path steps to it, filled from the end */
function problemIn(value: unknown, path: string[]): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `the construct prints ${value}`;
    case 'object':
      break;
    case 'undefined':
      return 'the construct prints a list with a place that is undefined or null';
    default:
      return `the construct prints a ${typeof value}, which no manifest can hold`;
  }
  if (value === null) {
    return undefined;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const problem = item === null ? problemIn(undefined, path) : problemIn(item, path);
      if (problem !== undefined) {
        path.push(`[${index}]`);
        return problem;
      }
    }
    return undefined;
  }
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    const problem = field === undefined ? undefined : problemIn(field, path);
    if (problem !== undefined) {
      path.push(`.${key}`);
      return problem;
    }
  }
  return undefined;
}
