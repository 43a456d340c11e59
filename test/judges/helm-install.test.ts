import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { HELMS, type Helm } from './helm/binaries';
import { ChartFolder } from './helm/chart-folder';
import { liveObjects } from './helm/live-objects';
import type { Synthesized } from './helm/parity';
import { CHARTS, folderOf, UMBRELLAS } from './helm/published';
import { AssembledUmbrella } from './helm/umbrella';
import { HelmChart } from '../../lib/helm/helm-chart';
import type { Values } from '../../lib/helm/values/samples';
import { plainYaml } from '../../lib/helm/write/plain-yaml';
import { describeJudged } from './judge';
import { objectsIn, PROJECT } from './manifests';
import { noDefinitions, noTestbed, TESTBED } from './testbed';

const missing = HELMS.find(helm => helm.missing !== undefined)?.missing ?? noTestbed ?? noDefinitions;

const NODES = 2;
/** Flags without which charts cannot be installed: every namespace has an account `default` already. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  'team-namespace': ['--take-ownership'],
  'ml-platform': ['--take-ownership'],
};
/** A change that every object shows. */
const CHANGE = { commonLabels: { 'changed-by': 'an-upgrade' } };
const changed = (chart: Synthesized, values: Values): Values =>
  chart instanceof AssembledUmbrella
    ? Object.fromEntries(chart.partNames.map(name => [name, { ...(values[name] as Values | undefined), ...CHANGE }]))
    : { ...values, ...CHANGE };

interface Installed {
  readonly chart: Synthesized;
  readonly title: string;
  readonly values: Values;
}

const installed: readonly Installed[] = [
  ...CHARTS.flatMap(chart => [
    ...(chart.asks ? [] : [{ chart, title: `${chart.name} with its defaults`, values: {} }]),
    ...Object.entries(chart.props.ci ?? {}).map(([name, values]) => ({
      chart,
      title: `${chart.name} with the values ${name}`,
      values,
    })),
  ]),
  ...UMBRELLAS.map(umbrella => ({
    chart: new AssembledUmbrella(umbrella, join(PROJECT, 'charts')),
    title: `${umbrella.name} with its defaults`,
    values: {},
  })),
];

const isKept = ({ metadata }: any): boolean => metadata.annotations?.['helm.sh/hook'] === undefined;

describeJudged('a control plane with charts', missing, () => {
  const charts = new ChartFolder();
  const controlPlane = new ControlPlane(TESTBED);
  beforeAll(() => {
    controlPlane.start(NODES);
    const room = { 'ephemeral-storage': '1Ti' };
    const status = JSON.stringify({ status: { capacity: room, allocatable: room } });
    const nodes = Array.from({ length: NODES }, (_, index) => `fake-${index}`);
    expectOk(controlPlane.kubectl(['patch', 'node', ...nodes, '--subresource=status', '--type=merge', '-p', status]));
    const objects = installed.flatMap(({ chart, values }) =>
      chart.synth(values, { name: 'demo', namespace: 'team-a' }),
    );
    const groups = new Set(objects.map(object => (object as any).apiVersion.split('/')[0] as string));
    controlPlane.define(file => groups.has(file.replace(/^[^.]*\./, '').replace(/\.yaml$/, '')));
  }, 180_000);
  afterAll(() => {
    charts.remove();
    controlPlane.stop();
  }, 60_000);

  const placeOf = (chart: Synthesized): string =>
    chart instanceof HelmChart ? folderOf(chart) : charts.write(chart as AssembledUmbrella);
  const expectOk = ({ ok, errors }: ReturnType<ControlPlane['kubectl']>): void => {
    expect(ok ? '' : errors).toBe('');
    expect(errors).not.toContain('PodSecurity');
  };

  /** A namespace that lets in no pod but such as are hardened. */
  function createNamespace(name: string): void {
    const labels = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    };
    expectOk(controlPlane.kubectl(['create'], [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }]));
    // The API server makes this account a moment later.
    expectOk(controlPlane.kubectl(['wait', '--for=create', 'serviceaccount/default', '-n', name, '--timeout=30s']));
  }

  describe.each(HELMS)('$name', helm => {
    const ask = ({ program }: Helm, namespace: string, args: readonly string[], values?: Values) =>
      controlPlane.program(
        program,
        [...args, '-n', namespace, '--timeout', '60s', ...(values === undefined ? [] : ['--values', '-'])],
        values && plainYaml(values),
      );

    /** What `helm test` would run, asked of the API server alone: on feigned nodes no test comes to an end. */
    function tried(of: Helm, namespace: string, folder: string, values: Values) {
      const { output } = ask(of, namespace, ['template', 'demo', folder], values);
      const tests = objectsIn(output).filter(({ metadata }: any) => metadata.annotations?.['helm.sh/hook'] === 'test');
      const created = tests.map(test => ({ ...test, metadata: { ...test.metadata, namespace } }));
      return created.length === 0 ? { ok: true, output: '', errors: '' } : controlPlane.tryCreate(created);
    }

    it.each(installed.map((each, index) => ({ ...each, index })))(
      'installs, changes and rolls back $title',
      ({ chart, values, index }) => {
        const [ours, theirs] = [`charted-${helm.name}-${index}`, `applied-${helm.name}-${index}`] as const;
        [ours, theirs].forEach(createNamespace);
        const folder = placeOf(chart);
        // Both namespaces hold the same: what is told the namespace is told that of the release.
        const release = { name: 'demo', namespace: ours };
        const built = chart.synth(values, release);

        expectOk(ask(helm, ours, ['install', 'demo', folder, ...(FLAGS[chart.name] ?? [])], values));
        expectOk(tried(helm, ours, folder, values));
        expectOk(controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-n', theirs], built));
        const first = liveObjects(controlPlane, ours, built);
        expect(first).toEqual(liveObjects(controlPlane, theirs, built));

        const change = changed(chart, values);
        expectOk(ask(helm, ours, ['upgrade', 'demo', folder], change));
        const upgraded = chart.synth(change, release);
        expect(liveObjects(controlPlane, ours, upgraded).map(({ metadata }: any) => metadata.labels)).toEqual(
          upgraded.map(() => expect.objectContaining(CHANGE.commonLabels)),
        );

        expectOk(ask(helm, ours, ['rollback', 'demo', '1']));
        // Helm runs no hooks of an installation again when it rolls back: a migration knows no way back.
        expect(liveObjects(controlPlane, ours, built).filter(isKept)).toEqual(first.filter(isKept));
      },
      180_000,
    );

    it('takes over the namespace that team-namespace is told to make, and leaves it when the release goes', () => {
      const [namespace, folder] = [`taken-${helm.name}`, folderOf({ name: 'team-namespace' })];
      const values = { namespace: { create: true } };
      const labels = () => controlPlane.kubectl(['get', 'ns', namespace, '-o', 'jsonpath={.metadata.labels}']).output;
      expectOk(controlPlane.kubectl(['create', 'namespace', namespace]));
      expect(ask(helm, namespace, ['install', 'demo', folder], values)).toMatchObject({
        ok: false,
        errors: expect.stringContaining('exists and cannot be imported'),
      });
      expect(labels()).not.toContain('pod-security');
      expectOk(ask(helm, namespace, ['install', 'demo', folder, '--take-ownership'], values));
      expect(JSON.parse(labels())).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
      expectOk(ask(helm, namespace, ['uninstall', 'demo']));
      expect(JSON.parse(labels())).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    }, 60_000);

    it('makes no namespace that a release could be kept in', () => {
      const [namespace, folder] = [`absent-${helm.name}`, folderOf({ name: 'team-namespace' })];
      const values = { namespace: { create: true } };
      expect(ask(helm, namespace, ['install', 'demo', folder], values)).toMatchObject({
        ok: false,
        errors: expect.stringContaining(`namespaces "${namespace}" not found`),
      });
      const created = ask(helm, namespace, ['install', 'demo', folder, '--create-namespace'], values);
      // Only Helm 4 puts up with the namespace that it has just made itself.
      expect(created).toMatchObject(
        helm.name === 'helm3' ? { ok: false, errors: expect.stringContaining('already exists') } : { ok: true },
      );
    }, 60_000);
  });
});
