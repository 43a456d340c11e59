import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '../../core/platform-error';
import { readCluster } from '../../isolation/cluster';
import { ClusterAddresses } from '../../isolation/cluster-addresses';
import { IsolationProof } from '../../isolation/proof';
import { PAGE_FILES, pageOf } from '../../isolation/report/html-page';
import { type IsolationReport, joined, reportOf } from '../../isolation/report/report';
import { EXIT } from '../exit-codes';
import { loadPlatform } from '../load-platform';
import { readManifests } from '../read-manifests';
import { colours, print } from '../tables';

export interface IsolationOptions {
  readonly app: string;
  readonly output: 'text' | 'json';
  readonly report?: string;
  readonly namespace?: string;
  readonly mediator?: readonly string[];
  readonly protected?: readonly string[];
  readonly pods?: readonly string[];
  readonly services?: readonly string[];
  readonly nodes?: readonly string[];
  readonly nodeLocalDns?: readonly string[];
}

/** Most mistakes that the text has; the data have all. */
const TOLD = 50;
/** What a platform says itself. */
const OF_MANIFESTS = ['namespace', 'mediator', 'protected', 'pods', 'services', 'nodes', 'nodeLocalDns'] as const;

/** Says whether pods of one team reach another: of a platform, or of anybody's manifests. */
export async function isolation(paths: readonly string[], options: IsolationOptions): Promise<void> {
  const report = paths.length > 0 ? reportOfManifests(paths, options) : await reportOfPlatform(options);
  print(options.output, report, () => textOf(report));
  if (options.report !== undefined) {
    writeReport(options.report, report);
  }
  if (!report.isolated) {
    if (options.output === 'json') {
      console.error(verdictOf(report));
    }
    process.exitCode = EXIT.open;
  }
}

async function reportOfPlatform(options: IsolationOptions): Promise<IsolationReport> {
  const given = OF_MANIFESTS.find(name => options[name] !== undefined);
  if (given !== undefined) {
    throw new PlatformError(
      'isolation',
      `--${given === 'nodeLocalDns' ? 'node-local-dns' : given} is for manifests, and none are named`,
      'name files or folders, or say it in the declaration of the platform',
    );
  }
  return (await loadPlatform(options.app)).isolationReport();
}

/** All that is named lies in one cluster, and each namespace is on its own. */
function reportOfManifests(paths: readonly string[], options: IsolationOptions): IsolationReport {
  const prefixes = options.protected;
  const proof = new IsolationProof({
    addresses: new ClusterAddresses(options),
    mediators: options.mediator,
    isProtected: prefixes && (key => prefixes.some(prefix => key.startsWith(prefix))),
  });
  const cluster = readCluster(readManifests(paths), options.namespace);
  proof.add(cluster);
  const verdict = proof.verdict();
  if (verdict.namespaces.size === 0) {
    throw new PlatformError(
      paths.join(', '),
      'nothing is there that runs in a namespace of a team, or closes one, so nothing can be proven',
      'name the manifests of workloads and their NetworkPolicies; what --mediator names belongs to no team',
    );
  }
  return reportOf([{ declared: joined(cluster.namespaces.values()), verdict, ownerOf: team => ({ team }) }]);
}

function textOf(report: IsolationReport): string {
  const { clusters } = report;
  const findings = clusters.flatMap(cluster => cluster.findings);
  const more = findings.length - TOLD;
  return [
    ...findings.slice(0, TOLD).map(({ message }) => message),
    ...(more > 0 ? [`${more} more; --output json has them all`] : []),
    ...clusters.flatMap(cluster => cluster.assumptions).map(({ text }) => `assumed: ${text}`),
    (report.isolated ? colours.green : colours.red)(verdictOf(report)),
  ].join('\n');
}

function verdictOf({ isolated, counts, clusters }: IsolationReport): string {
  const mistakes = clusters.flatMap(cluster => cluster.findings).length;
  const all = `${counts.namespaces} ${counts.namespaces === 1 ? 'namespace' : 'namespaces'}`;
  return isolated
    ? `isolated: no pod of ${all} reaches another one's, or is reached`
    : `not isolated: ${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'} in ${all}, ` +
        `${counts.open} ${counts.open === 1 ? 'path' : 'paths'} open, ${counts.halfOpen} half open`;
}

function writeReport(folder: string, report: IsolationReport): void {
  const [html, css, js] = (['html', 'css', 'js'] as const).map(part =>
    readFileSync(join(__dirname, '../../isolation/report', PAGE_FILES[part]), 'utf8'),
  ) as [string, string, string];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'isolation.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(folder, 'index.html'), pageOf(report, { html, css, js }));
  console.error(`report: ${join(folder, 'index.html')}`);
}
