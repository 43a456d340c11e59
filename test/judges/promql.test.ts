import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespaceAlerts, workloadAlerts, type Alerted } from '../../lib/core/alert-rules';
import { dashboard } from '../../lib/core/dashboard';
import { describeJudged } from './judge';
import { reach } from './npm';

jest.setTimeout(60_000);

const PACKAGES = ['@prometheus-io/lezer-promql@0.315.0', '@lezer/lr@1.4.12', '@lezer/highlight@1.2.5'];
const FOLDER = join(__dirname, '../../.cache/promql-0.315.0');
const GRAMMAR = join(FOLDER, 'node_modules/@prometheus-io/lezer-promql');

/** Why the grammar of Prometheus' own expression browser cannot be had, if it cannot. */
function missing(): string | undefined {
  if (existsSync(GRAMMAR)) {
    return undefined;
  }
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }\n');
  return reach(FOLDER, 'npm', 'install', '--no-audit', '--no-fund', ...PACKAGES);
}

interface Grammar {
  readonly parser: {
    parse(text: string): { iterate(spec: { enter(node: { type: { isError: boolean }; from: number }): void }): void };
  };
}

describeJudged('the grammar of PromQL', missing(), () => {
  const { parser } = jest.requireActual<Grammar>(GRAMMAR);
  /** Places at which the grammar does not understand it. */
  function mistakes(expr: string): number[] {
    const found: number[] = [];
    parser.parse(expr).iterate({
      // Whatever it returns decides whether it sees what lies below.
      enter({ type, from }) {
        if (type.isError) {
          found.push(from);
        }
      },
    });
    return found;
  }
  const workloads = (['Deployment', 'StatefulSet', undefined] as const).flatMap(kind =>
    [true, false].map((proxied): Alerted => ({
      namespace: 'fraud',
      name: 'churn',
      owner: 'churn',
      kind,
      proxied,
      latency: 'answer_seconds',
      migration: 'churn-migration',
      looksEverySeconds: 30,
    })),
  );

  it.each(['sum(rate(a[5m]) > 1', 'rate(a[5x])', 'a{b=c}', 'a unless or b'])('finds what is wrong with %s', expr => {
    expect(mistakes(expr)).not.toEqual([]);
  });

  it('understands every alert', () => {
    const objectives = { latencySeconds: 0.25, errorPercent: 0.1 };
    const rules = [...namespaceAlerts('fraud', 15), ...workloads.flatMap(one => workloadAlerts(one, objectives))];
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter(({ expr }) => mistakes(expr).length > 0)).toEqual([]);
  });

  it('understands every panel', () => {
    const { panels } = dashboard('uid', 'title', 'fraud', workloads) as { panels: { targets: { expr: string }[] }[] };
    const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(expressions.length).toBeGreaterThan(40);
    expect(expressions.filter(expr => mistakes(expr).length > 0)).toEqual([]);
  });
});
