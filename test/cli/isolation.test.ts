import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isolation, type IsolationOptions } from '../../lib/cli/commands/isolation';
import type { IsolationReport } from '../../lib/isolation/report/report';
import { useWorkspace } from '../platform/workspace';
import { LIBRARY, mlops } from './process';

jest.setTimeout(30_000);
const work = useWorkspace();

const policy = (namespace: string, name: string, spec: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;
const closed = (namespace: string) => policy(namespace, 'closed', '{podSelector: {}, policyTypes: [Ingress, Egress]}');
const deployment = (namespace: string, name: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: ${namespace}}\n` +
  `spec: {template: {metadata: {labels: {app: ${name}}}, spec: {containers: []}}}\n`;
const of = (name: string) => `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}`;
const opened = (name: string) =>
  `\n  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - to:\n        - ${of(name)}`;

/** Two teams, of which one lets its pods out to the other, and the other lets them in. */
function writeOpen(): void {
  work().write(
    'all/fraud.yaml',
    [closed('fraud'), deployment('fraud', 'churn'), policy('fraud', 'out', opened('search'))].join('---\n'),
  );
  work().write(
    'all/b/search.json',
    JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'search' } }),
  );
  work().write(
    'all/b/search.yml',
    `${deployment('search', 'ranking')}---\n${policy('search', 'in', `{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [${of('fraud')}]}]}`)}`,
  );
}

/** What the command prints, and how it ends. */
async function run(paths: readonly string[], options: Partial<IsolationOptions> = {}) {
  let printed = '';
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(text => ((printed += String(text)), true)),
    jest.spyOn(console, 'error').mockImplementation(() => undefined),
  ];
  process.exitCode = 0;
  try {
    await isolation(
      paths.map(path => join(work().root, path)),
      { app: 'main.ts', output: 'text', ...options },
    );
    return { printed: printed.replaceAll(`${work().root}/`, '').trim().split('\n'), code: process.exitCode };
  } finally {
    process.exitCode = undefined;
    spies.forEach(spy => spy.mockRestore());
  }
}

describe('mlops isolation', () => {
  test('says of closed namespaces that they are, and what is assumed', async () => {
    work().write(
      'a.yaml',
      [closed('fraud'), deployment('fraud', 'churn'), policy('fraud', 'dns', opened('kube-system'))].join('---\n'),
    );
    expect(await run(['a.yaml'])).toEqual({
      printed: [
        'assumed: pods of fraud call kube-system on every port; whoever runs there tells teams apart',
        "isolated: no pod of 1 namespace reaches another one's, or is reached",
      ],
      code: 0,
    });
  });

  test('names both workloads, both rules with file and line, and the smallest changes', async () => {
    writeOpen();
    expect(await run(['all'])).toEqual({
      printed: [
        '[all/b/search.yml:9] spec.ingress[0].from[0] of NetworkPolicy search/in lets in Deployment/churn of fraud (every ' +
          'pod) to Deployment/ranking of search (every pod) on every port; spec.egress[0].to[0] of NetworkPolicy fraud/out ' +
          '(all/fraud.yaml:19) lets Deployment/churn of fraud (every pod) out to it, so the path from fraud to search is ' +
          'open; remove spec.ingress[0] of NetworkPolicy search/in',
        '[all/fraud.yaml:19] spec.egress[0].to[0] of NetworkPolicy fraud/out lets Deployment/churn of fraud (every pod) call ' +
          'Deployment/ranking of search (every pod) on every port; spec.ingress[0].from[0] of NetworkPolicy search/in ' +
          '(all/b/search.yml:9) lets it in to Deployment/ranking of search (every pod), so the path from fraud to search is ' +
          'open; remove spec.egress[0] of NetworkPolicy fraud/out',
        'not isolated: 2 mistakes in 2 namespaces, 1 path open, 0 half open',
      ],
      code: 16,
    });
  });

  test('says the same for programs, and writes it beside the page', async () => {
    writeOpen();
    const folder = join(work().root, 'report');
    const { printed, code } = await run(['all'], { output: 'json', report: folder });
    const report = JSON.parse(printed.join('\n')) as IsolationReport;
    expect(code).toBe(16);
    expect(report).toMatchObject({ format: 1, isolated: false, counts: { open: 1, halfOpen: 0, findings: 2 } });
    expect(report.clusters[0]!.matrix).toEqual(['=o', '.=']);
    expect(report.clusters[0]!.findings[1]).toMatchObject({
      namespace: 'fraud',
      direction: 'Egress',
      reaches: { only: ['search'] },
      rule: { policy: 'out', path: 'spec.egress[0].to[0]', pods: '', peers: '', ports: 'every port' },
      edit: {
        kind: 'patch',
        namespace: 'fraud',
        policy: 'out',
        operations: [{ op: 'remove', path: '/spec/egress/0' }],
      },
    });
    const written = JSON.parse(readFileSync(join(folder, 'isolation.json'), 'utf8')) as IsolationReport;
    expect(written.clusters[0]!.matrix).toEqual(report.clusters[0]!.matrix);
    expect(readFileSync(join(folder, 'index.html'), 'utf8')).toContain("default-src 'none'");
  });

  test('believes mediators, protected labels and addresses that it is told of', async () => {
    writeOpen();
    expect((await run(['all'], { mediator: ['search'] })).code).toBe(0);
    const labels = 'namespaceSelector: {matchLabels: {cdk8s-mlops/team: x}}';
    const spec = `{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{${labels}}]}]}`;
    work().write(
      'a.yaml',
      [
        policy('fraud', 'out', spec),
        closed('search'),
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: search}\n',
      ].join('---\n'),
    );
    expect((await run(['a.yaml'])).code).toBe(16);
    expect((await run(['a.yaml'], { protected: ['cdk8s-mlops/'] })).code).toBe(0);
    const internet =
      '{podSelector: {}, policyTypes: [Ingress, Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}';
    work().write('b.yaml', policy('fraud', 'out', internet));
    expect((await run(['b.yaml'])).printed[0]).toMatch(
      /^\[b.yaml:4\] .* which addresses are the cluster's own is unknown/,
    );
    const network = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], nodes: ['10.250.0.0/24'] };
    expect((await run(['b.yaml'], network)).code).toBe(0);
  });

  test('takes objects without a namespace for those of the one that is named', async () => {
    work().write('a.yaml', deployment('x', 'churn').replace(', namespace: x', ''));
    expect((await run(['a.yaml'], { namespace: 'fraud' })).printed[0]).toContain(
      'the policies of fraud isolate no pod',
    );
  });

  test('reads the standard input, and ends with the code of its table', () => {
    const { status, stdout } = mlops('.', ['isolation', '-'], {}, deployment('fraud', 'churn'));
    expect(stdout).toMatch(/^\[stdin:1\] the policies of fraud isolate no pod for Ingress/);
    expect(status).toBe(16);
  });

  test.each([
    ['nothing there', [], 'there is no such file or folder; name one with manifests'],
    ['no object', ['# nothing'], 'there is no Kubernetes object; name files or folders of manifests'],
    [
      'nothing that runs',
      ['apiVersion: v1\nkind: Secret\nmetadata: {name: a}'],
      'nothing is there that runs in a namespace of a team, or closes one, so nothing can be proven; name the manifests of ' +
        'workloads and their NetworkPolicies; what --mediator names belongs to no team',
    ],
  ])('refuses %s', async (_, [text], message) => {
    if (text !== undefined) {
      work().write('a.yaml', text);
    }
    const error = await run(['a.yaml']).catch((thrown: Error) => thrown.message);
    expect(error).toBe(`[${join(work().root, 'a.yaml')}] ${message}`);
  });

  test('refuses what is no text', async () => {
    const file = join(work().root, 'a.yaml');
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x41]));
    await expect(run(['a.yaml'])).rejects.toThrow(
      `[${file}] the file is no text in UTF-8; name files that can be read, with manifests as text`,
    );
  });

  test('tells every mistake of every file at once, each with its line', async () => {
    const ports = (port: string) => `{podSelector: {}, ingress: [{ports: [{port: ${port}}]}]}`;
    const peer = (text: string) => `\n  podSelector: {}\n  ingress:\n  - from:\n    - ${text}`;
    work().write(
      'a.yaml',
      [
        policy('a', 'port', ports('70000')),
        policy('a', 'cidr', peer('ipBlock: {cidr: 10.0.0.0/33}')),
        policy('a', 'operator', peer('podSelector: {matchExpressions: [{key: a, operator: Is, values: [b]}]}')),
        policy('a', 'port', '{podSelector: {}}'),
      ].join('---\n'),
    );
    const { message } = await run(['a.yaml']).then(
      () => new Error('none'),
      (thrown: Error) => thrown,
    );
    const lines = message.replaceAll(`${work().root}/`, '').split('\n');
    expect(lines.map(line => /^\[(a.yaml:\d+)(?:: (\S+))?\]/.exec(line)?.slice(1))).toEqual([
      ['a.yaml:4', 'spec.ingress[0].ports[0].port'],
      ['a.yaml:13', 'spec.ingress[0].from[0].ipBlock.cidr'],
      ['a.yaml:22', 'spec.ingress[0].from[0].podSelector.matchExpressions[0].operator'],
      ['a.yaml:24', undefined],
    ]);
  });

  test('refuses what is said of manifests if there are none', async () => {
    await expect(isolation([], { app: 'main.ts', output: 'text', nodeLocalDns: ['169.254.20.10'] })).rejects.toThrow(
      '[isolation] --node-local-dns is for manifests, and none are named; name files or folders, or say it in the declaration of the platform',
    );
  });

  test('proves the platform of a module if no path is given', async () => {
    work().write(
      'main.js',
      `
      const { Platform } = require(${LIBRARY});
      const platform = new Platform({ name: 'ml', pins: 'nowhere' });
      for (const one of platform.environments({ staging: {}, production: { server: 'https://production.example.com' } })) {
        one.team('fraud', { quota: { cpu: '1', memory: '1Gi' } });
      }
      module.exports = platform;`,
    );
    const { printed, code } = await run([], { app: join(work().root, 'main.js'), output: 'json' });
    const { clusters } = JSON.parse(printed.join('\n')) as IsolationReport;
    expect(code).toBe(0);
    expect(
      clusters.map(({ name, namespaces }) => [name, namespaces.map(one => [one.name, one.team, one.environment])]),
    ).toEqual([
      ['https://kubernetes.default.svc', [['fraud-staging', 'fraud', 'staging']]],
      ['https://production.example.com', [['fraud-production', 'fraud', 'production']]],
    ]);
  });
});
