import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseApiKeyFile } from '../../lib/core/api-key-file';
import { mlops as run } from './process';

// Each test starts processes, which take their time on a busy machine.
jest.setTimeout(30_000);

describe('mlops keys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const mlops = (args: readonly string[], input = '') => run(folder, ['keys', ...args], {}, input);

  it('prints a file with a key of 256 bits for each client, and nothing else', () => {
    const { status, stdout, stderr } = mlops(['web', 'batch']);
    const keys = parseApiKeyFile('stdout', stdout);
    expect(keys.map(({ client }) => client)).toEqual(['web', 'batch']);
    keys.forEach(({ key }) => expect(key).toMatch(/^[0-9a-f]{64}$/));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(2);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('rotates a key by way of a file and of the standard input', () => {
    const first = mlops(['web', 'batch']).stdout;
    writeFileSync(join(folder, 'clients.yaml'), first);
    const both = mlops(['web', '--from', 'clients.yaml']).stdout;
    const [web, batch, fresh] = parseApiKeyFile('stdout', both);
    expect([web, batch]).toEqual(parseApiKeyFile('stdout', first));
    expect(fresh).toMatchObject({ client: 'web' });
    const ended = mlops(['--from', '-', '--retire', 'web', '--remove', 'batch'], both).stdout;
    expect(parseApiKeyFile('stdout', ended)).toEqual([fresh]);
  });

  it.each([
    [[], '', '[mlops keys] nobody is named; name the clients that get a key: mlops keys web batch'],
    [
      ['web', '--from', 'gone.yaml'],
      '',
      '[gone.yaml] the file cannot be read: ENOENT; give the file with the keys so far, or - for the standard input',
    ],
    [['web', '--from', '-'], 'hush', '[-] this is no file of API keys; give the file that `mlops keys` made, whole'],
  ])('refuses %j with input %j', (args, input, message) => {
    expect(mlops(args, input)).toEqual({
      status: 1,
      stdout: '',
      stderr: `${message}\n1 mistake, nothing was written\n`,
    });
  });
});
