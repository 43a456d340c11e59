import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, LIBRARY, mlops } from './process';

jest.setTimeout(60_000);

const MAIN = `
import { ApiAuth, ModelApi, ModelRuntime, Platform } from ${LIBRARY};
const platform = new Platform({ name: 'ml' });
platform.environments({ staging: {} })[0].team('fraud', { quota: { cpu: '40', memory: '96Gi' } }, team => {
  new ModelApi(team, 'churn', {
    model: team.pinned('churn'),
    runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.0.0' }),
    resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
    auth: ApiAuth.none('nobody reaches it'),
  });
});
export default platform;`;
/** Takes everything, and never says that something runs. */
const KUBECTL = `#!/bin/sh
case "$*" in *current-context*) echo test; exit;; esac
cat > /dev/null
{ echo "$*"; cat environments/staging/fraud.yaml; } >> "$CALLS"
case "$*" in *rollout*) exec sleep 50;; esac
`;
const PINS = 'models:\n  churn:\n    version: 1\n';

describe('mlops deploy --apply', () => {
  let root: string;
  let folder: string;
  let variables: Record<string, string>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'apply-'));
    folder = join(root, 'a/b');
    mkdirSync(join(folder, 'environments/staging'), { recursive: true });
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(folder, 'main.ts'), MAIN);
    writeFileSync(join(folder, 'environments/staging/fraud.yaml'), PINS);
    writeFileSync(join(root, 'bin/kubectl'), KUBECTL);
    chmodSync(join(root, 'bin/kubectl'), 0o755);
    variables = {
      PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
      CALLS: join(root, 'calls'),
      XDG_CACHE_HOME: join(root, 'cache'),
    };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const files = () => [...readdirSync(root), ...readdirSync(folder, { recursive: true })].map(String).sort();

  it.each([
    ['../../evil/deep', 'x'],
    ['prodution', 'fraud'],
    ['staging', 'frau'],
  ])('writes nothing for %s and %s, which are not declared', (environment, team) => {
    const before = files();
    const place = ['--environment', environment, '--team', team];
    const { status, stderr } = mlops(folder, ['deploy', 'churn:2', '--apply', '--dry-run', ...place], variables);
    expect(stderr).toContain(
      `[${environment}/${team}] main.ts declares no such team there; use one of: staging/fraud\n`,
    );
    expect({ status, files: files() }).toEqual({ status: 1, files: before });
  });

  it('shows what would happen without a pin that others could see', () => {
    const { status, stdout, stderr } = mlops(folder, ['deploy', 'churn:2', '--apply', '--dry-run'], variables);
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'cluster test\n' });
    expect(stdout).toContain('would apply Deployment/churn');
    const calls = readFileSync(variables['CALLS']!, 'utf8');
    expect(calls).toContain('--dry-run=server');
    expect(calls).not.toContain('version: 2');
    expect(readFileSync(join(folder, 'environments/staging/fraud.yaml'), 'utf8')).toBe(PINS);
  });

  it('puts everything back at SIGTERM', async () => {
    const [program, ...args] = command(['deploy', 'churn:2', '--apply']);
    const child = spawn(program!, args, { cwd: folder, env: { ...process.env, ...variables }, stdio: 'pipe' });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    const calls = () => (existsSync(variables['CALLS']!) ? readFileSync(variables['CALLS']!, 'utf8') : '');
    while (!calls().includes('rollout') && child.exitCode === null) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(told).toContain('interrupted\nit failed: what was changed is put back\nremoving ');
    expect(code).toBe(15);
    expect(calls()).toContain('delete');
    expect(readFileSync(join(folder, 'environments/staging/fraud.yaml'), 'utf8')).toBe(PINS);
  });
});
