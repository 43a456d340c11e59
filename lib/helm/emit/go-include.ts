import { goText } from './yaml-scalar';

/** The action that includes a helper, without its braces. */
export const include = (name: string, root: string): string => `include ${goText(name)} ${root === '' ? '.' : root}`;
