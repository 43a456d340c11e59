import { parse } from 'yaml';
import { minioChart } from '../../lib/charts/minio';
import { ML_PLATFORM_CI } from '../../lib/charts/ml-platform-ci';
import { mlPlatformChart } from '../../lib/charts/ml-platform';
import { mlflowServerChart } from '../../lib/charts/mlflow-server';
import { modelApiChart } from '../../lib/charts/model-api';
import { quotaOverruns } from '../../lib/core/quota-usage';
import type { HelmChart } from '../../lib/helm/helm-chart';
import { mergeValues } from '../../lib/helm/values/merge-values';
import type { Values } from '../../lib/helm/values/samples';
import type { Json } from '../../lib/helm/values/value-node';
import { Built } from './built';

const { parts } = mlPlatformChart.props;
const nameOf = ({ alias, chart }: (typeof parts)[number]): string => alias ?? chart.name;

/** What the parts are given, without whether they are on. */
function givenTo(values: Values): [chart: HelmChart<any>, enabled: boolean, values: Values][] {
  return parts.map(part => {
    const preset = { enabled: part.enabled ?? true, ...part.values };
    const { enabled, ...given } = mergeValues(preset as Json as Values, (values[nameOf(part)] ?? {}) as Values) as any;
    return [part.chart, enabled, given];
  });
}

/** What a part makes of what it is given. */
function builtPart(part: HelmChart<any>, values: Values): Built {
  const [, , given] = givenTo(values).find(([chart]) => chart === part)!;
  return new Built(part, given);
}

describe('the chart ml-platform', () => {
  it('brings the others along, each of which can be left out', () => {
    expect(parse(mlPlatformChart.files().get('Chart.yaml')!).dependencies).toEqual(
      [['team-namespace'], ['minio'], ['mlflow-server', 'mlflow'], ['model-api', 'model']].map(([name, alias]) => ({
        name,
        version: mlPlatformChart.version,
        repository: `file://../${name}`,
        condition: `${alias ?? name}.enabled`,
        ...(alias !== undefined && { alias }),
      })),
    );
  });

  it.each(Object.entries({ default: {}, ...ML_PLATFORM_CI }))('gives each part what it takes: %s', (name, values) => {
    for (const [chart, enabled, given] of givenTo(values)) {
      if (enabled) {
        expect(() => chart.checkGiven(name, given)).not.toThrow();
      }
    }
  });

  it.each(Object.entries({ default: {}, ...ML_PLATFORM_CI }))('fits into its own quota: %s', (_, values) => {
    const objects = givenTo(values)
      .filter(([, enabled]) => enabled)
      .flatMap(([chart, , given]) => new Built(chart, given).all);
    const hard = objects.find(({ kind }) => kind === 'ResourceQuota')?.spec.hard ?? {};
    const { default: limits, defaultRequest: requests } = objects.find(({ kind }) => kind === 'LimitRange')?.spec
      .limits[0] ?? { default: {}, defaultRequest: {} };
    expect(quotaOverruns(objects, hard, { limits, requests })).toEqual([]);
  });

  it.each(['default', 'production', 'second-names'])('lets MLflow use a bucket of the store: %s', name => {
    const values: Values = { default: {}, ...ML_PLATFORM_CI }[name]!;
    const [minio, mlflow] = [builtPart(minioChart, values), builtPart(mlflowServerChart, values)];
    const [store] = minio.of('StatefulSet') as [string];
    const [server] = mlflow.of('Deployment') as [string];
    const pod = mlflow.pod(`Deployment/${server}`);
    const { env, args } = pod.containers[0];
    expect(env).toContainEqual({ name: 'AWS_ENDPOINT_URL_S3', value: `http://${store}:9000` });

    const [bucket, , secret] = minio.container(`Job/${store}-buckets`, 'buckets').args;
    expect(args).toContain(`--artifacts-destination=s3://${bucket}`);
    expect(pod.volumes.find((volume: any) => volume.name === 's3').secret.secretName).toBe(secret);

    const selector = (instance: string) => ({ matchLabels: { 'app.kubernetes.io/instance': instance } });
    expect(minio.find(`NetworkPolicy/${store}`).spec.ingress.at(-1 - (name === 'production' ? 1 : 0)).from).toEqual([
      { podSelector: selector(server) },
    ]);
    expect(mlflow.find(`Deployment/${server}`).spec.selector).toEqual(selector(server));
    expect(JSON.stringify(mlflow.find(`NetworkPolicy/${server}`).spec.egress)).toContain(
      JSON.stringify(selector(store)),
    );
  });

  it('has no model until somebody has one', () => {
    expect(givenTo({}).map(([{ name }, enabled]) => [name, enabled])).toEqual([
      ['team-namespace', true],
      ['minio', true],
      ['mlflow-server', true],
      ['model-api', false],
    ]);
  });

  it.each(['default', 'production', 'second-names'])('lets a model use the registry: %s', name => {
    const values: Values = { default: {}, ...ML_PLATFORM_CI }[name]!;
    const [mlflow, model] = [builtPart(mlflowServerChart, values), builtPart(modelApiChart, values)];
    const [server] = mlflow.of('Deployment') as [string];
    const [api] = model.of('Deployment') as [string];
    const selector = (instance: string) => ({ podSelector: { matchLabels: { 'app.kubernetes.io/instance': instance } } });
    expect(JSON.stringify(mlflow.find(`NetworkPolicy/${server}`).spec.ingress)).toContain(JSON.stringify(selector(api)));
    expect(JSON.stringify(model.find(`NetworkPolicy/${api}`).spec.egress)).toContain(JSON.stringify(selector(server)));
    const pod = JSON.stringify(model.pod(`Deployment/${api}`));
    expect(pod).toContain(`http://${server}:5000`);
    expect(pod).toContain(`"secretName":"${server}-auth"`);
  });
});
