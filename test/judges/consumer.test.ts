import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devDependencies as versions, version } from '../../package.json';
import { HELMS } from './helm/binaries';
import { describeJudged } from './judge';
import { objectsBelow, objectsIn, PROJECT } from './manifests';
import { reach, run } from './npm';

const APP = `
import { App, Chart } from 'cdk8s';
import {
  Database, ExternalObjectStore, MlflowServer, ModelApi, ModelRuntime, ModelSource, Peer, SecretSource, TeamNamespace,
} from 'cdk8s-mlops';

const app = new App({ outdir: 'manifests' });
const chart = new Chart(app, 'fraud', { namespace: 'fraud' });
new TeamNamespace(chart, 'team', { owners: ['fraud-leads'], quota: { cpu: '4', memory: '16Gi' } });
const store = new ExternalObjectStore(chart, 'store', {
  endpoint: 'http://s3.storage.svc:7070',
  peer: Peer.pods({ namespace: 'storage' }),
  credentials: SecretSource.existing('s3'),
});
const mlflow = new MlflowServer(chart, 'mlflow', {
  image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
  artifacts: store.bucket('fraud-models'),
  database: Database.sqlite(),
});
const churn = new ModelApi(chart, 'churn', {
  model: { name: 'churn', version: 7 },
  source: ModelSource.registry(mlflow),
  runtime: ModelRuntime.mlflow({ image: 'registry.example.com/ml/serving:3.17.2' }),
});
const replicas: number | undefined = churn.deployment.body.spec?.replicas;
console.log(mlflow.trackingUri, replicas);
app.synth();
`;

const COMPILER = {
  target: 'ES2022',
  module: 'node16',
  strict: true,
  noUnusedLocals: true,
  skipLibCheck: false,
  types: [],
};

/** The verdict of the proof, for a platform of one team. */
const PROVEN =
  "isolation: no pod of the namespace reaches another team's, or is reached\n" +
  '  assumed: pods of fraud-staging call kube-system on UDP 53, TCP 53; whoever runs there tells teams apart\n';
const PLATFORM = `
const platform = new Platform({ name: 'ml' });
for (const environment of platform.environments({ staging: {} })) {
  environment.team('fraud', { quota: { cpu: '2', memory: '4Gi' } });
}
`;

const PAGE = 'build/isolation/report/page/';

const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
const node = (...args: string[]) => run(folder, process.execPath, ...args);
const mlops = (...args: string[]) => run(folder, 'npx', '--no', '--', 'mlops', ...args);
const { filename, files } = pack();
const missing = install();
if (missing !== undefined) {
  remove();
}

/** What npm would publish, in the folder. */
function pack(): { filename: string; files: string[] } {
  const { status, stdout, stderr } = run(PROJECT, 'npm', 'pack', '--json', '--pack-destination', folder);
  if (status !== 0) {
    throw new Error(`npm pack failed: ${stdout}${stderr}`);
  }
  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string; files: { path: string }[] }];
  return { filename: packed.filename, files: packed.files.map(({ path }) => path) };
}

function install(): string | undefined {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const packages = [`./${filename}`, `cdk8s@${versions.cdk8s}`, `constructs@${versions.constructs}`];
  return reach(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages);
}

function remove(): void {
  rmSync(folder, { recursive: true, force: true });
}

describeJudged('a consumer of the package', missing, () => {
  afterAll(remove);

  test('gets the compiled program with its types, the page of the report, and nothing else', () => {
    const outside = files.filter(file => !file.startsWith('build/')).sort();
    expect(outside).toEqual(['LICENSE', 'README.md', 'package.json']);
    const page = files.filter(file => file.startsWith(PAGE)).map(file => file.slice(PAGE.length));
    expect(page.sort()).toEqual(readdirSync(join(PROJECT, 'lib', PAGE.slice('build/'.length))).sort());
    const built = files.filter(file => file.startsWith('build/') && !file.startsWith(PAGE));
    const programs = built.filter(file => file.endsWith('.js'));
    const typings = programs.map(file => file.replace(/[.]js$/, '.d.ts'));
    expect(built.sort()).toEqual([...programs, ...typings].sort());
    const sources = readdirSync(join(PROJECT, 'lib'), { recursive: true, encoding: 'utf8' });
    const compiled = sources.filter(file => file.endsWith('.ts')).map(file => `build/${file.replace(/ts$/, 'js')}`);
    expect(programs.sort()).toEqual(compiled.sort());
  });

  test('needs no cdk8s-plus', () => {
    expect(readdirSync(join(folder, 'node_modules'))).not.toContain('cdk8s-plus-28');
  });

  test('compiles a strict app against the types, libraries checked too, and is told of a prop that does not exist', () => {
    writeFileSync(join(folder, 'app.ts'), APP);
    writeFileSync(join(folder, 'wrong.ts'), APP.replace('owners:', 'bosses:'));
    const config = { compilerOptions: COMPILER, files: ['app.ts', 'wrong.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = node(join(PROJECT, 'node_modules/typescript/bin/tsc'), '--pretty', 'false');
    expect(stdout).toMatch(/^wrong[.]ts.*'bosses' does not exist in type 'TeamNamespaceProps'[.]\n$/);
  });

  test('synthesizes with the compiled app', () => {
    expect(node('app.js')).toMatchObject({ status: 0, stdout: 'http://mlflow.fraud.svc:5000 2\n', stderr: '' });
    const objects = objectsBelow(join(folder, 'manifests')).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(objects).toEqual(
      expect.arrayContaining([
        'Namespace/fraud',
        'ResourceQuota/team',
        'NetworkPolicy/default-deny',
        'PersistentVolumeClaim/mlflow',
        'Service/mlflow',
        'Deployment/mlflow',
        'Service/churn',
        'Deployment/churn',
      ]),
    );
  });

  test('can import the constructs from an ECMAScript module', () => {
    const program =
      "import { MlflowServer, Platform } from 'cdk8s-mlops'; console.log(MlflowServer.name, Platform.name)";
    expect(node('--input-type=module', '-e', program)).toMatchObject({ stdout: 'MlflowServer Platform\n', stderr: '' });
  });

  test('has the command mlops', () => {
    expect(mlops('--help').stdout).toContain('synth [options]');
    expect(mlops('--version').stdout).toBe(`${version}\n`);
  });

  test('synthesizes a platform that is declared in JavaScript', () => {
    writeFileSync(
      join(folder, 'platform.js'),
      `const { Platform } = require('cdk8s-mlops');${PLATFORM}module.exports = platform;`,
    );
    const { status, stdout } = mlops('synth', '--app', 'platform.js');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `  written staging/fraud.k8s.yaml\n${PROVEN}dist: 1 written, 0 unchanged, 0 removed\n`,
    });
    expect(readFileSync(join(folder, 'dist/staging/fraud.k8s.yaml'), 'utf8')).toContain('name: fraud-staging');
  });

  test('proves manifests that lie there, and writes the report with all of its page', () => {
    expect(mlops('isolation', 'dist', '--report', 'report')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("isolated: no pod of 1 namespace reaches another one's, or is reached"),
    });
    const page = readFileSync(join(folder, 'report/index.html'), 'utf8');
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('fraud-staging');
    for (const part of ['page.css', 'page.js']) {
      expect(page).toContain(readFileSync(join(PROJECT, 'lib/isolation/report/page', part), 'utf8').trim());
    }
  });

  test('synthesizes a platform that is declared in TypeScript once tsx is there, and is told to install it before', () => {
    writeFileSync(
      join(folder, 'platform.ts'),
      `import { Platform } from 'cdk8s-mlops';${PLATFORM}export default platform satisfies Platform;`,
    );
    const without = mlops('synth', '--app', 'platform.ts', '--only', 'staging/fraud');
    expect(without.status).toBe(1);
    expect(without.stderr).toContain('npm install --save-dev tsx');
    expect(without.stderr).not.toContain('    at ');

    symlinkSync(join(PROJECT, 'node_modules/tsx'), join(folder, 'node_modules/tsx'));
    expect(mlops('synth', '--app', 'platform.ts', '--only', 'staging/fraud')).toMatchObject({
      status: 0,
      stdout: `${PROVEN}dist: 0 written, 1 unchanged, 0 removed\n`,
    });
  });

  describe('who follows the page about Helm charts from an empty folder', () => {
    const empty = mkdtempSync(join(tmpdir(), 'follower-'));
    // What the page asks for until it turns to details.
    const [start] = readFileSync(join(PROJECT, 'docs/helm.md'), 'utf8').split('\n## ') as [string];
    const blocks = (language: string) =>
      [...start.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map(([, text]) => text!);
    const [installing, using] = blocks('sh').map(block => block.trim().split('\n')) as [string[], string[]];
    const obey = (line: string, programs: Readonly<Record<string, string>> = {}) => {
      const [program, ...args] = line.split(' ') as [string, ...string[]];
      return run(empty, programs[program] ?? program, ...args);
    };
    afterAll(() => rmSync(empty, { recursive: true, force: true }));

    test('has what it takes', () => {
      for (const line of installing) {
        // Only what npm would publish stands in for what it has published.
        const args = line.split(' ').map(word => (word === 'cdk8s-mlops' ? join(folder, filename) : word));
        const [program, ...rest] = [...args, '--prefer-offline', '--no-audit', '--no-fund'];
        expect(program).toBe('npm');
        expect(reach(empty, 'npm', ...rest)).toBeUndefined();
      }
    }, 120_000);

    test('has a program that compiles in the strictest way', () => {
      writeFileSync(join(empty, 'helm.ts'), blocks('ts').join('\n'));
      writeFileSync(
        join(empty, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...COMPILER, noEmit: true }, files: ['helm.ts'] }),
      );
      const compiler = join(PROJECT, 'node_modules/typescript/bin/tsc');
      expect(run(empty, process.execPath, compiler, '--pretty', 'false')).toMatchObject({ status: 0, stdout: '' });
    }, 60_000);

    test('gets the chart that the page shows', () => {
      expect(obey(using[0]!)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^charts: 8 written, 0 unchanged, 0 removed$/m),
      });
      const deployment = readFileSync(join(empty, 'charts/web/templates/deployment.yaml'), 'utf8');
      expect(deployment).toContain(blocks('yaml')[0]);
    }, 60_000);

    for (const helm of HELMS) {
      describeJudged(helm.name, helm.missing, () => {
        test('takes what the page gives it', () => {
          const [, lint, template] = using as [string, string, string];
          expect(obey(lint, { helm: helm.program })).toMatchObject({
            status: 0,
            stdout: expect.stringContaining('0 chart(s) failed'),
          });
          const { status, stdout } = obey(template, { helm: helm.program });
          expect(status).toBe(0);
          const [deployment, ...others] = objectsIn(stdout);
          expect(others).toEqual([]);
          expect(deployment).toMatchObject({
            metadata: { name: 'my-web' },
            spec: { replicas: 3, template: { spec: { containers: [{ image: 'nginx:1.29.1' }] } } },
          });
        });
      });
    }
  });
});
