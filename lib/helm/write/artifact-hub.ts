import type { Json } from '../values/value-node';
import { plainYaml, yamlEntry } from './plain-yaml';
import type { ArtifactHub } from './chart-about';

/** The annotations by which Artifact Hub knows a chart; lists are texts in YAML. */
export function artifactHubAnnotations(hub: ArtifactHub): Record<string, string> {
  const entries = Object.entries(hub).flatMap(([name, value]) => {
    return value === undefined ? [] : [[`artifacthub.io/${name}`, text(value as Json)] as const];
  });
  return Object.fromEntries(entries);
}

const text = (value: Json): string => (Array.isArray(value) ? listText(value) : String(value));

/** A list as a text; an empty one is `[]`. */
function listText(list: readonly Json[]): string {
  return list.length === 0
    ? plainYaml({ list }).replace('list: ', '')
    : yamlEntry('list', list, '')
        .slice(1)
        .map(line => line.slice(2))
        .join('\n') + '\n';
}
