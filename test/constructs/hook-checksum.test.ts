import { ApiObject, type Chart } from 'cdk8s';
import { KubeObject, PRE_SYNC, TeamNamespace } from '../../lib';
import { chartIn, find } from '../support';

const team = (define: (chart: Chart) => void) => {
  const chart = chartIn('fraud');
  new TeamNamespace(chart, 'namespace', { quota: { cpu: '4', memory: '8Gi' } });
  define(chart);
  return find(chart, 'ResourceQuota/team').metadata.annotations['checksum/hooks'];
};
const job = (image: string, annotations: Record<string, string> = PRE_SYNC) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'make', annotations },
  spec: { template: { spec: { containers: [{ name: 'make', image }] } } },
});

describe('the checksum of hooks', () => {
  it('is another one when a hook is another, whoever defines it, so that Argo CD sees a difference', () => {
    const ours = (image: string) => team(chart => new KubeObject(chart, 'job', job(image)));
    expect(ours('make:1')).toMatch(/^[0-9a-f]{16}$/);
    expect(ours('make:1')).toBe(ours('make:1'));
    expect(ours('make:1')).not.toBe(ours('make:2'));
    const foreign = (image: string) => team(chart => new ApiObject(chart, 'job', job(image)));
    expect(foreign('make:1')).not.toBe(foreign('make:2'));
  });

  it('leaves no trace where there are no hooks', () => {
    expect(team(() => undefined)).toBeUndefined();
    expect(team(chart => new KubeObject(chart, 'job', job('make:1', {})))).toBeUndefined();
  });
});
