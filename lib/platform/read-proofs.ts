import { join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../core/platform-error';
import type { ProvenNamespace } from '../isolation/verdict';
import { readText } from './read-text';

/** Beside the manifests: what was proven of each unit's network, for runs that build one unit alone. */
export const PROOFS = '.isolation.json';

/** What was proven of each unit, by its name. */
export type Proofs = ReadonlyMap<string, readonly ProvenNamespace[]>;

const direction = z.enum(['Ingress', 'Egress']);
const requirement = z.strictObject({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()),
});
const set = z.strictObject({
  names: z.array(z.string()).optional(),
  except: z.array(z.string()).optional(),
  labels: z.array(requirement).optional(),
});
const namespace = z.strictObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).optional(),
  isolated: z.array(direction),
  Ingress: z.array(set),
  Egress: z.array(set),
});
const file = z.record(z.string(), z.array(namespace));

/**
 * Reads what was proven of the units that lie in a folder; nothing if nothing was.
 *
 * @throws PlatformError if the file is not what a synthesis wrote
 */
export function readProofs(outdir: string): Proofs {
  const path = join(outdir, PROOFS);
  const text = readText(path);
  const read = text === undefined ? { success: true, data: {} } : file.safeParse(parseJson(text));
  if (!read.success) {
    throw new PlatformError(
      path,
      'what was proven of the other units cannot be read',
      'restore it from Git, or synthesize everything once',
    );
  }
  return new Map(Object.entries(read.data as z.infer<typeof file>) as [string, ProvenNamespace[]][]);
}

/** The file's text: a line for each unit, so that a change of one is a change of a line. */
export function proofsText(proofs: Proofs): string {
  const lines = [...proofs]
    .filter(([, namespaces]) => namespaces.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([unit, namespaces]) => `  ${JSON.stringify(unit)}: ${JSON.stringify(namespaces)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
