import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { createServer as createListener, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A port of the loopback interface that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createListener();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address() as AddressInfo;
      listener.close(() => resolve(port));
    });
  });
}

/** Asks again until the answer is yes. */
export async function until(what: string, ask: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${seconds} s`);
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
    } else {
      child.once('exit', () => resolve());
    }
  });
}

/** Folder of the newest PostgreSQL of this machine. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map(version => join(root, version, 'bin')).find(folder => existsSync(join(folder, 'initdb')));
}

/** A PostgreSQL of the test's own, which speaks TLS and asks for passwords. */
export class Postgres {
  public readonly password = 'a-password-of-the-test';
  public port = 0;
  /** Certificate that signed the server's, which is its own. */
  public certificate = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'judge-postgres-'));
  private server: ChildProcess | undefined;
  /** PostgreSQL refuses to run as root. */
  private readonly user =
    process.getuid?.() === 0
      ? { uid: Number(idOf('-u')), gid: Number(idOf('-g')) }
      : { uid: process.getuid!(), gid: process.getgid!() };

  constructor(private readonly programs: string) {}

  public async start(): Promise<void> {
    const { folder } = this;
    const data = join(folder, 'data');
    const pass = join(folder, 'password');
    writeFileSync(pass, this.password);
    const [key, certificate] = ['server.key', 'server.crt'].map(name => join(folder, name)) as [string, string];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    this.certificate = readFileSync(certificate, 'utf8');
    for (const path of [folder, pass, key, certificate]) {
      chownSync(path, this.user.uid, this.user.gid);
    }
    this.must('initdb', '-D', data, '-U', 'mlflow', `--pwfile=${pass}`, '--auth=scram-sha-256', '--no-sync');
    this.port = await freePort();
    const settings = {
      port: `${this.port}`,
      listen_addresses: 'localhost',
      unix_socket_directories: folder,
      fsync: 'off',
      ssl: 'on',
      ssl_cert_file: certificate,
      ssl_key_file: key,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.server = spawn(join(this.programs, 'postgres'), ['-D', data, ...flags], { ...this.user, stdio: 'ignore' });
    await until('PostgreSQL starts', () => this.query('select 1').startsWith('1'), 30);
  }

  /** What psql prints for a statement; empty if it fails. */
  public query(sql: string, database = 'postgres'): string {
    const env = { ...process.env, PGPASSWORD: this.password };
    const target = ['-h', '127.0.0.1', '-p', `${this.port}`, '-U', 'mlflow', '-d', database];
    return spawnSync(join(this.programs, 'psql'), ['-X', '-Atc', sql, ...target], { env, encoding: 'utf8' }).stdout;
  }

  /** The keys of the Secret that an operator would make for a database. */
  public fields(database: string): Record<string, string> {
    return { host: 'localhost', port: `${this.port}`, dbname: database, user: 'mlflow', password: this.password };
  }

  public async stop(): Promise<void> {
    if (this.server) {
      this.server.kill('SIGQUIT');
      await ended(this.server);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private must(program: string, ...args: string[]): void {
    const { status, stderr } = spawnSync(join(this.programs, program), args, {
      ...this.user,
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) {
      throw new Error(`${program}: ${stderr}`);
    }
  }
}

const idOf = (flag: string): string => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout;

/** An S3 server of the test's own. */
export class ObjectServer {
  public port = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'judge-s3-'));
  private server: ChildProcess | undefined;

  constructor(private readonly name: string) {}

  public async start(...buckets: string[]): Promise<void> {
    buckets.forEach(bucket => mkdirSync(this.path(bucket)));
    this.port = await freePort();
    const env = { ...process.env, ROOT_ACCESS_KEY: this.name, ROOT_SECRET_KEY: `secret-of-${this.name}` };
    // Without extended attributes, which not every file system of a temporary folder has.
    const args = [
      '--port',
      `127.0.0.1:${this.port}`,
      'posix',
      '--sidecar',
      join(this.folder, 'sidecar'),
      this.path(''),
    ];
    mkdirSync(join(this.folder, 'sidecar'));
    this.server = spawn('versitygw', args, { env, stdio: 'ignore' });
    await until('the S3 server starts', () => answers(this.port), 30);
  }

  /** The file that holds an object, or the folder of a bucket. */
  public path(key: string): string {
    const root = join(this.folder, 'buckets');
    mkdirSync(root, { recursive: true });
    return join(root, key);
  }

  /** Names of the objects of a bucket. */
  public keys(bucket: string): string[] {
    return readdirSync(this.path(bucket), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name).slice(this.path(bucket).length + 1));
  }

  /** A Secret with its login. */
  public credentials(): Record<string, string> {
    const lines = [`aws_access_key_id = ${this.name}`, `aws_secret_access_key = secret-of-${this.name}`];
    return { credentials: ['[default]', ...lines, ''].join('\n') };
  }

  public async stop(): Promise<void> {
    if (this.server) {
      this.server.kill();
      await ended(this.server);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request({ port, host: '127.0.0.1' }, response => {
      response.resume();
      resolve(true);
    });
    asked.once('error', () => resolve(false)).end();
  });

/** Stands for the cluster's network: brings a request for a Service to the process behind it, its Host header as it is. */
export class Network {
  public port = 0;
  /** Port of the process behind each `host:port`. */
  public readonly routes = new Map<string, number>();
  private readonly server: Server = createServer((incoming, outgoing) => {
    const { host, pathname, search } = new URL(incoming.url!);
    const port = this.routes.get(host);
    if (port === undefined) {
      outgoing.writeHead(502).end(`nothing is behind ${host}`);
      return;
    }
    const { headers, method } = incoming;
    const onward = request({ host: '127.0.0.1', port, path: pathname + search, method, headers }, answer => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => outgoing.writeHead(503).end());
    incoming.pipe(onward);
  });

  public async start(): Promise<void> {
    this.port = await freePort();
    await new Promise<void>(resolve => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
