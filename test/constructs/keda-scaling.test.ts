import {
  KedaTrigger,
  ModelApi,
  ModelRuntime,
  TeamNamespace,
  type KedaScaling,
  type ModelApiProps,
  type PrometheusTriggerProps,
  type RawTriggerProps,
} from '../../lib';
import { chartIn, expectRefusal, find, lateProblems, objectsOf } from '../support';

const server = 'http://prometheus.monitoring.svc:9090';
const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });
const queue = KedaTrigger.prometheus({ server, query: 'sum(waiting)', threshold: 5 });

function scaled(keda: KedaScaling, more: Partial<ModelApiProps> = {}) {
  const chart = chartIn('fraud');
  const churn = new ModelApi(chart, 'churn', { model: { name: 'churn', version: 7 }, runtime, keda, ...more });
  return { chart, churn };
}
const spec = (keda: KedaScaling) => find(scaled(keda).chart, 'ScaledObject/churn').spec;

describe('the scaling of a ModelApi by KEDA', () => {
  it('takes all the props', () => {
    const busy: Required<Omit<KedaScaling, 'scaleToZero' | 'cooldownSeconds'>> = {
      min: 3,
      max: 9,
      pollingSeconds: 10,
      triggers: [KedaTrigger.cpu(), queue],
    };
    expect(spec(busy)).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'churn' },
      minReplicaCount: 3,
      maxReplicaCount: 9,
      pollingInterval: 10,
      triggers: [
        { type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } },
        { type: 'prometheus', metadata: { serverAddress: server, query: 'sum(waiting)', threshold: '5' } },
      ],
    });
    const idle: Required<Omit<KedaScaling, 'min'>> = {
      max: 9,
      scaleToZero: true,
      pollingSeconds: 10,
      cooldownSeconds: 60,
      triggers: [queue],
    };
    expect(spec(idle)).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 9, cooldownPeriod: 60 });
  });

  it('keeps two pods, looks twice a minute, and waits five minutes before the last pod goes', () => {
    expect(spec({ max: 4, triggers: [queue] })).toMatchObject({ minReplicaCount: 2, pollingInterval: 30 });
    expect(spec({ max: 4, triggers: [queue] })).not.toHaveProperty('cooldownPeriod');
    expect(spec({ max: 4, scaleToZero: true, triggers: [queue] })).toMatchObject({
      minReplicaCount: 0,
      cooldownPeriod: 300,
    });
  });

  it('leaves the number of pods to KEDA alone', () => {
    const { chart, churn } = scaled({ max: 4, triggers: [queue] });
    expect(find(chart, 'Deployment/churn').spec).not.toHaveProperty('replicas');
    expect(objectsOf(chart)).not.toContain('HorizontalPodAutoscaler/churn');
    expect(churn.scaledObject!.name).toBe('churn');
  });

  it('may go to zero by CPU use if something else wakes it up', () => {
    expect(spec({ max: 4, scaleToZero: true, triggers: [KedaTrigger.cpu(), queue] }).minReplicaCount).toBe(0);
  });

  it('must fit the quota at its maximum', () => {
    const { chart } = scaled({ max: 9, triggers: [queue] });
    new TeamNamespace(chart, 'team', { quota: { cpu: '2', memory: '64Gi' } });
    expect(lateProblems(chart)).toEqual([
      'the workloads need 3500m of requests.cpu while they roll out, the quota is 2; ' +
        'raise the quota or lower what they ask for, most of it Deployment churn with 3500m',
    ]);
  });

  test.each<[Partial<ModelApiProps>, string]>([
    [{ replicas: 2 }, 'replicas (2) and keda cannot both be set: each would undo the other; remove one of them'],
    [
      { autoscaling: { max: 4 } },
      'autoscaling and keda cannot both be set: each would undo the other; remove one of them',
    ],
    [
      { replicas: 3, autoscaling: { max: 4 } },
      'replicas (3) and autoscaling and keda cannot all be set: each would undo the other; keep one of them',
    ],
  ])('is not combined with %j', (more, message) => {
    expectRefusal(() => scaled({ max: 4, triggers: [queue] }, more), `[fraud/churn] ${message}`);
  });

  test.each<[string, KedaScaling, string]>([
    [
      'a minimum of zero',
      { min: 0, max: 4, triggers: [queue] },
      'keda.min (0) would stop the last pod; say so: scaleToZero: true, without min',
    ],
    [
      'a minimum besides zero',
      { min: 2, max: 4, scaleToZero: true, triggers: [queue] },
      'keda.min (2) and keda.scaleToZero contradict each other; remove one of them',
    ],
    [
      'a maximum below the minimum',
      { min: 3, max: 2, triggers: [queue] },
      'keda.max (2) is below keda.min (3); raise max or lower min',
    ],
    [
      'a maximum below the usual minimum',
      { max: 1, triggers: [queue] },
      'keda.max (1) is below keda.min (2); raise max or lower min',
    ],
    [
      'no trigger',
      { max: 4, triggers: [] },
      'keda.triggers is empty; name what the number of pods follows: KedaTrigger.cpu()',
    ],
    [
      'a way to zero that leads nowhere back',
      { max: 4, scaleToZero: true, triggers: [KedaTrigger.cpu(), KedaTrigger.raw({ type: 'memory', metadata: {} })] },
      'keda.scaleToZero needs a trigger that works without a pod, got cpu, memory; ' +
        'add one from outside, such as KedaTrigger.prometheus(), or remove scaleToZero',
    ],
    [
      'a cooldown without a way to zero',
      { max: 4, cooldownSeconds: 60, triggers: [queue] },
      'keda.cooldownSeconds (60) has no effect without keda.scaleToZero; remove it, or add scaleToZero: true',
    ],
    [
      'half a pod',
      { max: 1.5, triggers: [queue] },
      'keda.max must be a whole number of at least 1, got 1.5; write 1 or a greater one',
    ],
    [
      'no time between two looks',
      { max: 4, pollingSeconds: 0, triggers: [queue] },
      'keda.pollingSeconds must be a whole number of at least 1, got 0; write 1 or a greater one',
    ],
  ])('refuses %s', (_, keda, message) => {
    expectRefusal(() => scaled(keda), `[fraud/churn] ${message}`);
  });
});

describe('KedaTrigger', () => {
  it('takes all the props of a query', () => {
    const allProps: Required<PrometheusTriggerProps> = {
      server,
      query: 'sum(waiting)',
      threshold: 0.5,
      activationThreshold: 3,
      authentication: 'prometheus',
    };
    expect(KedaTrigger.prometheus(allProps)).toEqual({
      type: 'prometheus',
      metadata: { serverAddress: server, query: 'sum(waiting)', threshold: '0.5', activationThreshold: '3' },
      authenticationRef: { name: 'prometheus' },
    });
  });

  it('takes all the props of any scaler', () => {
    const allProps: Required<RawTriggerProps> = {
      type: 'rabbitmq',
      metadata: { queueName: 'scores', passwordFromEnv: 'PASSWORD' },
      metricType: 'AverageValue',
      authentication: 'queue',
    };
    expect(KedaTrigger.raw(allProps)).toEqual({
      type: 'rabbitmq',
      metadata: { queueName: 'scores', passwordFromEnv: 'PASSWORD' },
      metricType: 'AverageValue',
      authenticationRef: { name: 'queue' },
    });
  });

  test.each<[string, Partial<PrometheusTriggerProps>, string]>([
    [
      'an address without a scheme',
      { server: 'prometheus:9090' },
      'server must be the URL of Prometheus, got "prometheus:9090"; ' +
        'write scheme, host and port, for example "http://prometheus.monitoring.svc:9090"',
    ],
    [
      'a password in the address',
      { server: 'http://keda:hunter2@prometheus:9090' },
      'server names a user of prometheus:9090, who would stand in the manifest; put user and password into a Secret, ' +
        'and name the TriggerAuthentication that refers to that: authentication: "prometheus"',
    ],
    ['no query', { query: ' ' }, 'query is empty; write one that returns a single number'],
    ['no threshold', { threshold: 0 }, 'threshold must be greater than 0, got 0; write the load that it stands for'],
    [
      'a threshold below zero',
      { activationThreshold: -1 },
      'activationThreshold must be greater than 0, got -1; write the load that it stands for',
    ],
    [
      'a name that nothing has',
      { authentication: 'My Auth' },
      '"My Auth" cannot name a TriggerAuthentication; use lower-case letters, digits, "-" and "."',
    ],
  ])('refuses a query with %s', (_, props, message) => {
    expectRefusal(
      () => KedaTrigger.prometheus({ server, query: 'sum(waiting)', threshold: 5, ...props }),
      `[KedaTrigger.prometheus] ${message}`,
    );
  });

  it('refuses CPU use in parts of one', () => {
    expectRefusal(
      () => KedaTrigger.cpu(0.7),
      '[KedaTrigger.cpu] percent must be a whole number of at least 1, got 0.7; write 1 or a greater one',
    );
  });

  it('refuses a password in the URL of a queue', () => {
    expectRefusal(
      () => KedaTrigger.raw({ type: 'rabbitmq', metadata: { host: 'amqp://user:hunter2@queue.fraud.svc:5672' } }),
      '[KedaTrigger.raw] the value of metadata.host would stand in the manifest; ' +
        'put it into a Secret, and name the TriggerAuthentication that refers to that: authentication: "queue"',
    );
  });

  test.each(['password', 'saslPassword', 'apiKey', 'accessToken', 'clientSecret', 'connection', 'connectionString'])(
    'refuses a manifest that would hold a %s',
    key => {
      expectRefusal(
        () => KedaTrigger.raw({ type: 'rabbitmq', metadata: { [key]: 'hunter2' } }),
        `[KedaTrigger.raw] the value of metadata.${key} would stand in the manifest; ` +
          'put it into a Secret, and name the TriggerAuthentication that refers to that: authentication: "queue"',
      );
    },
  );
});
