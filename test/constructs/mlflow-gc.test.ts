import { Database, MlflowGc, PostgresCluster, Peer, type MlflowGcProps } from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';
import { serverIn } from './mlflow-parts';

function gc(props: Partial<MlflowGcProps> = {}, chart = chartIn('fraud')) {
  new MlflowGc(chart, 'gc', { ...props, server: props.server ?? serverIn(chart) });
  const { spec } = find(chart, 'CronJob/gc');
  return { chart, spec, pod: spec.jobTemplate.spec.template.spec };
}

describe('MlflowGc', () => {
  it('takes all the props', () => {
    const chart = chartIn('fraud');
    const allProps: Required<MlflowGcProps> = {
      server: serverIn(chart, { workspaces: true }),
      schedule: '15 1 * * *',
      olderThan: '1d12h',
      resources: { limits: { memory: '1Gi' } },
    };
    const { spec, pod } = gc(allProps, chart);
    expect(spec).toMatchObject({ schedule: '15 1 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
    expect(pod.containers[0]).toMatchObject({
      image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
      command: ['python3', '/opt/mlops/gc.py'],
      args: [
        '/etc/mlflow/auth/basic_auth.ini',
        '--older-than=1d12h',
        '--backend-store-uri=postgresql+psycopg2:///?service=mlflow',
        '--all-workspaces',
      ],
      resources: { requests: { memory: '512Mi' }, limits: { memory: '1Gi' } },
    });
  });

  it('removes on Saturdays what was deleted for 30 days, in a server without workspaces', () => {
    const { spec, pod } = gc();
    expect(spec.schedule).toBe('0 4 * * 6');
    expect(pod.containers[0].args.slice(1)).toEqual([
      '--older-than=30d',
      '--backend-store-uri=postgresql+psycopg2:///?service=mlflow',
    ]);
  });

  it('reaches database and server as administrator, but not the store', () => {
    const { chart, pod } = gc();
    expect(pod.volumes.flatMap(({ secret }: any) => secret?.secretName ?? [])).toEqual([
      'mlflow-postgres',
      'mlflow-auth',
    ]);
    const ports = find(chart, 'NetworkPolicy/gc').spec.egress.flatMap((rule: any) => rule.ports[0].port);
    expect(ports).toEqual([53, 5432, 5000]);
    expect(find(chart, 'NetworkPolicy/mlflow').spec.ingress[0].from[0].podSelector.matchLabels).toEqual({
      'app.kubernetes.io/instance': 'gc',
    });
  });

  it('joins the fields of an operator’s Secret first', () => {
    const chart = chartIn('fraud');
    const database = new PostgresCluster(chart, 'db', {
      image: 'ghcr.io/cloudnative-pg/postgresql:17.6',
      apiServer: Peer.pods({ namespace: 'kube-system', ports: [6443] }),
    });
    const { pod } = gc({ server: serverIn(chart, { database }) }, chart);
    expect(pod.initContainers.map(({ name }: any) => name)).toEqual(['postgres-connection']);
  });

  it('leaves no trace unless it is asked for', () => {
    const chart = chartIn('fraud');
    serverIn(chart);
    expect(objectsOf(chart).filter(name => /gc|users|backup/.test(name))).toEqual([]);
  });

  test.each<[string, Partial<MlflowGcProps>, string]>([
    [
      'a time that is none',
      { olderThan: 'a month' },
      'olderThan must be a time, got "a month"; write "30d", "12h" or "1d12h"',
    ],
    ['an empty time', { olderThan: '' }, 'olderThan must be a time, got ""; write "30d", "12h" or "1d12h"'],
    [
      'a schedule that is none',
      { schedule: 'daily' },
      'schedule must be five fields of cron (minute, hour, day, month, weekday), got "daily"; write \'0 2 * * *\' for every night at two',
    ],
  ])('refuses %s', (_, props, message) => {
    expectRefusal(() => gc(props), `[fraud/gc] ${message}`);
  });

  it('refuses a database that only the server’s own pod can open', () => {
    const chart = chartIn('fraud');
    const server = serverIn(chart, { database: Database.sqlite() });
    expectRefusal(
      () => gc({ server }, chart),
      "[fraud/gc] the database of fraud/mlflow is a file on a volume, which no pod but the server's can clean up; " +
        'use Database.postgres() or a PostgresCluster',
    );
  });
});
