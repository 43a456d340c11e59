import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the commands that start and stop clusters. */
export const TESTBED = process.env.MLOPS_TESTBED ?? '';

const CRDS = join(process.env.MLOPS_SCHEMAS ?? '', 'crds');

/** Why there is no API server to ask; undefined if there is one. */
export const noTestbed = existsSync(join(TESTBED, 'up')) ? undefined : 'MLOPS_TESTBED names no test bed';

/** Why kinds of others cannot be defined; undefined if they can. */
export const noDefinitions = existsSync(CRDS) ? undefined : 'MLOPS_SCHEMAS names no folder with CRDs';

/** Files of definitions of others, each with the kinds of a group or one of them, by their names. */
export const definitionFiles = (isWanted: (file: string) => boolean): string[] =>
  readdirSync(CRDS)
    .filter(isWanted)
    .map(file => join(CRDS, file));
