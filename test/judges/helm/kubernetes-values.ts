import type { HelmChart } from '../../../lib/helm/helm-chart';
import { readContract } from '../../../lib/helm/values/read-contract';
import type { Values } from '../../../lib/helm/values/samples';
import type { ObjectValue } from '../../../lib/helm/values/value-node';

/**
 * Values without those that the chart hands on as they are: only Kubernetes knows what they may hold, and chance does
 * not.
 */
export const withoutOpaque = (chart: HelmChart<any>, values: Values): Values =>
  known(readContract(chart.props.values), values);

const known = ({ fields }: ObjectValue, values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const field = fields[key]!;
      return field.kind === 'opaque' ? [] : [[key, field.kind === 'object' ? known(field, value as Values) : value]];
    }),
  );
