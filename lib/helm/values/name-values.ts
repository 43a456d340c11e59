import { PlatformError } from '../../core/platform-error';
import { charactersOf } from './pattern-characters';
import { pathText } from './value-path';
import type { ObjectValue, ValueNode } from './value-node';

/** Values at the root that name the release: constructs see them as part of its full name. */
export const NAME_VALUES: readonly string[] = ['nameOverride', 'fullnameOverride'];

/** Refuses names that Helm would cut elsewhere than JavaScript: it counts bytes, and cuts texts only. */
export function checkNames({ fields }: ObjectValue): void {
  for (const name of NAME_VALUES) {
    const node = fields[name];
    if (node !== undefined && !isAscii(node)) {
      throw new PlatformError(
        pathText(node.path),
        node.kind === 'string' || node.kind === 'choice'
          ? 'names of objects are made of the value, but its rules allow letters beyond ASCII, which Helm cuts within'
          : `names of objects are made of the value, but it is of the kind "${node.kind}", which Helm cannot cut`,
        `write z.string().regex(/^([a-z]([-a-z0-9]{0,28}[a-z0-9])?)?$/).default('')`,
      );
    }
  }
}

function isAscii(node: ValueNode): boolean {
  if (node.kind === 'choice') {
    return node.choices.every(choice => !BEYOND.test(choice));
  }
  if (node.kind !== 'string') {
    return false;
  }
  const mayHold = charactersOf(node);
  return !LETTERS_BEYOND.some(mayHold);
}

const BEYOND = /[^\0-\x7f]/;
/** Every code unit beyond ASCII: a pattern may allow a single one of them. */
const LETTERS_BEYOND = Array.from({ length: 0x10000 - 0x80 }, (_, index) => String.fromCharCode(0x80 + index));
