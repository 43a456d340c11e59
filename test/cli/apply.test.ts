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
  for (const name of ['churn', 'score'].filter(name => team.isPinned(name))) {
    new ModelApi(team, name, {
      model: team.pinned(name),
      runtime: ModelRuntime.container({ image: 'registry.example.com/churn:1.0.0' }),
      resources: { requests: { cpu: '1' }, limits: { cpu: '1' } },
      auth: ApiAuth.none('nobody reaches it'),
    });
  }
});
export default platform;`;
/** Takes everything, and says that something runs once there is no file that lets it wait. */
const KUBECTL = `#!/bin/sh
case "$*" in
  *current-context*) echo test; exit;;
  *kube-system*) [ -n "$UID_OF_CLUSTER" ] && echo "$UID_OF_CLUSTER" && exit; echo 'Error from server (Forbidden)' >&2; exit 1;;
  *'config view'*) echo https://cluster.example.com; exit;;
esac
cat > /dev/null
{ echo "$*"; cat environments/staging/fraud.yaml; } >> "$CALLS"
case "$*" in *rollout*) [ -e "$CALLS.wait" ] && exec sh -c 'while [ -e "$CALLS.wait" ]; do sleep 0.1; done';; esac
exit 0
`;
const PINS = 'models:\n  churn:\n    version: 1\n';
const TWO_PINS = `${PINS}  score:\n    version: 1\n`;

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
      UID_OF_CLUSTER: 'a1',
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

  const pinFile = () => join(folder, 'environments/staging/fraud.yaml');
  const pins = () => readFileSync(pinFile(), 'utf8');
  const calls = () => (existsSync(variables['CALLS']!) ? readFileSync(variables['CALLS']!, 'utf8') : '');
  const mayRun = () => rmSync(`${variables['CALLS']}.wait`);
  /** Applies a version, until as many rollouts are waited for. */
  async function untilRollout(target: string, rollouts: number) {
    writeFileSync(`${variables['CALLS']}.wait`, '');
    const [program, ...args] = command(['deploy', target, '--apply']);
    const child = spawn(program!, args, { cwd: folder, env: { ...process.env, ...variables }, stdio: 'pipe' });
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    child.stdout.resume();
    const end = once(child, 'close').then(([code]) => ({ code: code as number | null, told }));
    while (calls().split('rollout').length <= rollouts && child.exitCode === null) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return { child, end };
  }

  it('puts everything back at SIGTERM', async () => {
    const { child, end } = await untilRollout('churn:2', 1);
    child.kill('SIGTERM');
    const { code, told } = await end;
    expect(told).toContain('interrupted\nit failed: what was changed is put back\nremoving ');
    expect(code).toBe(15);
    expect(calls()).toContain('delete');
    expect(pins()).toBe(PINS);
  });

  it('leaves what others wrote into the file of pins while it waited', async () => {
    writeFileSync(pinFile(), TWO_PINS);
    const { end } = await untilRollout('churn:2', 1);
    writeFileSync(pinFile(), `# by Anna\n${PINS}  score:\n    version: 7\n`);
    mayRun();
    expect(await end).toMatchObject({ code: 0 });
    expect(pins()).toBe('# by Anna\nmodels:\n  churn:\n    version: 2\n  score:\n    version: 7\n');
    expect(readFileSync(join(folder, 'dist/staging/fraud.k8s.yaml'), 'utf8')).toContain('version: "7"');
  });

  it.each([
    ['models:\n  churn:\n    version: 5\n', 'pins churn to version 5 by now, and stays as it is'],
    ['models:\n  churn: {\n', 'the pin of churn is not written'],
  ])('leaves the pin itself too, as in %j, and says so', async (text, words) => {
    const { end } = await untilRollout('churn:2', 1);
    writeFileSync(pinFile(), text);
    mayRun();
    const { code, told } = await end;
    expect([code, pins()]).toEqual([14, text]);
    expect(told).toContain(words);
  });

  it('loses no pin of one that runs beside it', async () => {
    writeFileSync(pinFile(), TWO_PINS);
    expect(mlops(folder, ['synth'])).toMatchObject({ status: 0 });
    const all = await Promise.all([untilRollout('churn:2', 2), untilRollout('score:3', 2)]);
    mayRun();
    const ends = await Promise.all(all.map(({ end }) => end));
    expect(ends.map(({ code, told }) => [code, code === 0 || told])).toEqual([
      [0, true],
      [0, true],
    ]);
    expect(pins()).toBe(TWO_PINS.replace('version: 1', 'version: 2').replace('version: 1', 'version: 3'));
    expect(readdirSync(join(folder, 'environments/staging'))).toEqual(['fraud.yaml']);
  });

  describe('--undo', () => {
    const undo = (more: NodeJS.ProcessEnv = {}) =>
      mlops(folder, ['deploy', 'churn', '--undo', '--environment=staging', '--team=fraud'], { ...variables, ...more });
    beforeEach(() => {
      writeFileSync(pinFile(), TWO_PINS);
      expect(mlops(folder, ['deploy', 'churn:2', '--apply'], variables)).toMatchObject({ status: 0 });
    });

    it('brings the pin back in a file that others changed since', () => {
      writeFileSync(pinFile(), `# by Anna\n${pins().replace('version: 1', 'version: 7')}`);
      expect(undo()).toMatchObject({ status: 0 });
      expect(pins()).toBe(`# by Anna\n${PINS}  score:\n    version: 7\n`);
      expect(readFileSync(join(folder, 'dist/staging/fraud.k8s.yaml'), 'utf8')).toContain('version: "7"');
    });

    it('leaves another version there, and says so', () => {
      const text = pins().replace('version: 2', 'version: 5');
      writeFileSync(pinFile(), text);
      const { status, stderr } = undo();
      expect([status, pins()]).toEqual([14, text]);
      expect(stderr).toContain('environments/staging/fraud.yaml pins churn to version 5 by now, and stays as it is\n');
    });

    it('says that the file is gone', () => {
      rmSync(pinFile());
      const { status, stdout, stderr } = undo();
      expect([status, existsSync(pinFile())]).toEqual([14, false]);
      expect(stdout).toContain('test: put back');
      expect(stderr).toContain('environments/staging/fraud.yaml is gone by now, so churn stays without a pin\n');
    });

    it.each([
      ['a cluster that was made anew', { UID_OF_CLUSTER: 'b2' }],
      ['one that tells its address alone', { UID_OF_CLUSTER: '' }],
    ])('refuses %s', (_, other) => {
      const text = pins();
      const { status, stdout, stderr } = undo(other);
      expect([status, stdout, pins()]).toEqual([1, '', text]);
      expect(stderr).toContain('the last --apply from this folder changed another cluster');
    });
  });
});
