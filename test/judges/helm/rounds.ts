import * as fc from 'fast-check';
import type { HelmChart } from '../../../lib/helm/helm-chart';
import { readContract } from '../../../lib/helm/values/read-contract';
import type { Round } from './mutant-trial';
import { tellingValues } from './telling-values';

/** Random values that the telling ones are chosen from. */
const POOL = 400;
const FIRST = 14;
const MORE = 30;
const MOST = 60;

/**
 * Values by which mistakes in a chart are told, a few first: most need no more. Releases and namespaces have names that
 * YAML misreads without quotes, and that the chart has to change.
 */
export function roundsOf({ samples, props }: HelmChart<any>): Round[] {
  const { nameLength = 40, ci = {} } = props;
  const pool = fc.sample(samples.whole(), { numRuns: POOL, seed: 7 });
  const telling = tellingValues(readContract(props.values), pool, FIRST + MORE + MOST);
  return [
    { name: 'no', namespace: 'on', values: telling.slice(0, FIRST) },
    // A digit first, and a dot; cut after a dash, whatever the chart is called.
    {
      name: `1.5${'-c'.repeat(24)}`,
      namespace: 'null',
      values: [...telling.slice(FIRST, FIRST + MORE), ...fc.sample(samples.given(), { numRuns: 8, seed: 8 })],
    },
    // The name of a member of the crowd in it, and a dash where it is cut.
    {
      name: `${'v1.v2'.padEnd(nameLength - 1, 'd')}-d`,
      namespace: '1e3',
      values: [...Object.values(ci), ...telling.slice(FIRST + MORE)],
    },
  ];
}
