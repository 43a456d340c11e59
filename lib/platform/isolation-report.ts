import type { Namespace } from '../isolation/cluster';
import { type IsolationReport, joined, reportOf } from '../isolation/report/report';
import type { Verdict } from '../isolation/verdict';
import type { Environment } from './environment';

/** What was proven of the clusters of a platform, with the teams and environments that it declares. */
export function isolationReport(
  verdicts: ReadonlyMap<string, Verdict>,
  declared: ReadonlyMap<string, readonly Namespace[]>,
  environments: readonly Environment[],
): IsolationReport {
  const clusters = [...verdicts].map(([cluster, verdict]) => {
    const owners = new Map(
      environments
        .filter(environment => environment.cluster === cluster)
        .flatMap(({ name, teams }) =>
          teams.map(team => [team.namespace, { team: team.name, environment: name }] as const),
        ),
    );
    return {
      ...(verdicts.size > 1 && { name: cluster }),
      declared: joined(declared.get(cluster) ?? []),
      verdict,
      // Whatever the constructs of one's own declare in another namespace.
      ownerOf: (namespace: string) => owners.get(namespace) ?? { team: namespace },
    };
  });
  return reportOf(clusters);
}
