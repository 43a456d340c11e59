import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { devDependencies, name as library, peerDependencies, version } from '../../../package.json';
import { DNS_LABEL_RULE, isDnsLabel } from '../../core/dns-label';
import { PlatformError } from '../../core/platform-error';
import { print, type Output } from '../tables';

export interface InitOptions {
  readonly name?: string;
  readonly dryRun?: boolean;
  readonly output: Output;
}

/** Begins a platform in an empty folder: one team, one model, two environments. */
export function init(folder: string, { name = basename(resolve(folder)), dryRun, output }: InitOptions): void {
  refuseUsed(folder);
  if (!isDnsLabel(name)) {
    throw new PlatformError('init', `"${name}" cannot name a platform`, `use --name with ${DNS_LABEL_RULE}`);
  }
  const files = platformFiles(name);
  if (!dryRun) {
    write(folder, files);
  }
  const data = { folder, name, files: Object.keys(files), written: !dryRun };
  print(output, data, () =>
    [
      ...data.files.map(file => `  ${dryRun ? 'would write' : 'written'} ${join(folder, file)}`),
      'next: npm install, then npx mlops synth; what pods need of you says npx mlops secrets template',
    ].join('\n'),
  );
}

/** Git's own folder is no content. */
function refuseUsed(folder: string): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  const content = there?.isDirectory() ? readdirSync(folder).filter(entry => entry !== '.git') : [];
  if ((there && !there.isDirectory()) || content.length > 0) {
    const what =
      content.length > 0 ? `the folder is not empty: it has ${content.slice(0, 3).join(', ')}` : 'a file is there';
    throw new PlatformError(folder, what, 'name an empty folder, or one that is not there yet: mlops init platform');
  }
}

/** Writes all of them, or leaves the folder as it was. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  const made: string[] = [];
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text, { flag: 'wx' });
      made.push(file);
    }
  } catch (error) {
    made.forEach(file => rmSync(join(folder, file), { force: true }));
    throw new PlatformError(folder, (error as Error).message, 'name a folder that can be written');
  }
}

function platformFiles(name: string): Record<string, string> {
  const { tsx, typescript } = devDependencies;
  const pin = 'models:\n  churn:\n    version: 1\n';
  const manifest = {
    name,
    private: true,
    scripts: { synth: 'mlops synth', validate: 'mlops validate' },
    dependencies: {
      cdk8s: peerDependencies.cdk8s,
      [library]: version,
      constructs: peerDependencies.constructs,
    },
    devDependencies: { tsx, typescript },
  };
  const compilerOptions = {
    strict: true,
    target: 'es2022',
    module: 'node16',
    moduleResolution: 'node16',
    skipLibCheck: true,
    noEmit: true,
  };
  return {
    'main.ts': mainFile(name),
    'environments/staging/fraud.yaml': pin,
    'environments/production/fraud.yaml': pin,
    'promotion.yaml': RULES,
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'tsconfig.json': `${JSON.stringify({ compilerOptions }, undefined, 2)}\n`,
    '.gitignore': 'node_modules\n',
  };
}

const mainFile = (name: string): string => `import { ModelApi, ModelRuntime, Platform } from '${library}';

const platform = new Platform({ name: '${name}' });

for (const environment of platform.environments({ staging: {}, production: {} })) {
  environment.team('fraud', { owners: ['fraud-leads'], quota: { cpu: '8', memory: '16Gi' } }, team => {
    new ModelApi(team, 'churn', {
      // The version stands in environments/<environment>/fraud.yaml.
      model: team.pinned('churn'),
      runtime: ModelRuntime.container({ image: 'registry.example.com/fraud/churn:1.0.0' }),
    });
  });
}

export default platform;
`;

const RULES = `# Which alias of MLflow feeds which environment, in the order in which versions go through them.
registries:
  mlflow: { url: http://127.0.0.1:5000 }
environments:
  staging: { alias: candidate }
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
`;
