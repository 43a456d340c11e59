import type { Checks } from '../cluster/checks';
import type { Kubectl } from '../cluster/kubectl';
import type { Applications } from './applications';
import type { FakeGateway } from './fake-gateway';
import type { MetricsApi } from './metrics-api';
import type { Repository } from './repository';

/** What every chapter works with. */
export interface Story {
  readonly kubectl: Kubectl;
  readonly checks: Checks;
  readonly applications: Applications;
  readonly repository: Repository;
  readonly metrics: MetricsApi;
  readonly gateway: FakeGateway;
}
