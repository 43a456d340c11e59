import type { ChartIdentity } from '../values/release';
import type { Json, ObjectValue } from '../values/value-node';
import type { Literals } from './literals';
import type { Render } from './run';

/** What a chart is translated from. */
export interface ChartSource {
  readonly chart: ChartIdentity;
  readonly values: ObjectValue;
  readonly render: Render;
  /** What values.yaml says, complete. */
  readonly defaults: Json;
  /** Complete values as users may give them. */
  readonly samples: readonly Json[];
  /** Whether a user may give these values. */
  readonly accepts: (values: Json) => boolean;
  /** Texts and numbers that the code of the construct holds, as far as it is known. */
  readonly literals?: Literals;
}
