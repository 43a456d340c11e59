import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { userInfo } from 'node:os';
import { freePort, until } from '../mlflow/servers';

/** The program sshd, which is started by its whole path. */
export const sshdProgram = (): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
    .map(folder => join(folder, 'sshd'))
    .find(path => existsSync(path));

/** OpenSSH's own server, which lets one key in. */
export class SshServer {
  public port = 0;
  private address = '';
  private server: ChildProcess | undefined;

  constructor(private readonly folder: string) {}

  /** A new pair of keys; returns the path of the private one. */
  public key(name: string): string {
    const path = join(this.folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
    return path;
  }

  public publicKey = (key: string): string => readFileSync(`${key}.pub`, 'utf8');

  /** A file of known hosts that has this key for the server. */
  public knownHosts(name: string, key: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, `[${this.address}]:${this.port} ${this.publicKey(key)}`);
    return path;
  }

  public async start(hostKey: string, allowed: string, address = '127.0.0.1'): Promise<void> {
    this.address = address;
    this.port = await freePort();
    const keys = join(this.folder, 'authorized');
    writeFileSync(keys, this.publicKey(allowed));
    const settings = {
      ListenAddress: `${address}:${this.port}`,
      HostKey: hostKey,
      AuthorizedKeysFile: keys,
      StrictModes: 'no',
      PasswordAuthentication: 'no',
      KbdInteractiveAuthentication: 'no',
      UsePAM: 'no',
      PidFile: 'none',
    };
    const config = join(this.folder, 'sshd_config');
    writeFileSync(
      config,
      Object.entries(settings)
        .map(([key, value]) => `${key} ${value}\n`)
        .join(''),
    );
    const command = `exec ${sshdProgram()} -D -e -f ${config}`;
    // What the package of sshd sets up is made for this process alone where it is missing.
    const prepared = existsSync('/run/sshd') || userInfo().uid !== 0;
    const passwd = join(this.folder, 'passwd');
    writeFileSync(passwd, `${readFileSync('/etc/passwd', 'utf8')}sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n`);
    const prepare = `mount -t tmpfs none /run && mkdir /run/sshd && mount --bind ${passwd} /etc/passwd && `;
    const [program, args] = prepared
      ? ['sh', ['-c', command]]
      : ['unshare', ['--mount', 'sh', '-c', prepare + command]];
    let said = '';
    this.server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.server.stderr!.on('data', text => (said += text));
    await until('sshd listens', async () => /Server listening/.test(said), 30);
  }

  public stop(): void {
    this.server?.kill();
  }
}
