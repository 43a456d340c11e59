import { execFile } from 'node:child_process';
import { GitError } from '../git-repository';
import { plainText } from '../plain-text';

/** Variables that Git and what it starts may see; credentials of the command are not among them. */
const VARIABLES = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'XDG_CONFIG_HOME',
  'GNUPGHOME',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'TMPDIR',
];

/** What no repository and no user's configuration may change: nothing that a repository holds is run or followed. */
const SETTINGS = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.symlinks': 'false',
  'core.autocrlf': 'false',
  'core.quotePath': 'true',
  'http.followRedirects': 'false',
  'submodule.recurse': 'false',
  'protocol.ext.allow': 'never',
  'push.followTags': 'false',
  'gc.autoDetach': 'false',
  'advice.pushNonFastForward': 'false',
  'log.showSignature': 'false',
};

const MOST_OUTPUT = 64 * 1024 * 1024;

export interface GitCall {
  readonly input?: string | Buffer;
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

/** What Git printed, and how it ended. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the git program on one repository. What is data stands behind `--` or goes through its standard input. */
export class GitProgram {
  /**
   * @param folder the bare repository
   * @param variables what every call gets besides
   * @param settings the same for Git's settings, read for each call: they may hold credentials that change
   */
  constructor(
    private readonly folder: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly settings: () => Readonly<Record<string, string>>,
  ) {}

  /** @throws GitError `local` if it fails */
  public async run(args: readonly string[], call: GitCall = {}): Promise<Buffer> {
    const { code, stdout, stderr } = await this.call(args, call);
    if (code !== 0) {
      throw new GitError('local', `git ${args[0]} failed: ${plainText(stderr.trim(), 500)}`);
    }
    return stdout;
  }

  /** The same for one line of text. */
  public async line(args: readonly string[], call: GitCall = {}): Promise<string> {
    return (await this.run(args, call)).toString('utf8').trim();
  }

  public call(args: readonly string[], call: GitCall = {}): Promise<GitAnswer> {
    const { input = '', cwd = this.folder, timeoutSeconds = 120 } = call;
    const env = {
      ...Object.fromEntries(VARIABLES.flatMap(name => (process.env[name] ? [[name, process.env[name]]] : []))),
      ...asVariables({ ...SETTINGS, ...this.settings() }),
      ...this.variables,
      GIT_DIR: this.folder,
      ...call.variables,
      GIT_TERMINAL_PROMPT: '0',
      GIT_LITERAL_PATHSPECS: '1',
      LC_ALL: 'C',
    };
    return new Promise((resolve, reject) => {
      const options = { cwd, env, encoding: 'buffer', maxBuffer: MOST_OUTPUT, timeout: timeoutSeconds * 1000 } as const;
      const child = execFile('git', args, options, (error, stdout, stderr) => {
        const code = (error as { code?: unknown } | null)?.code;
        if (code === 'ENOENT') {
          reject(new GitError('local', 'the program git is not installed'));
          return;
        }
        const said =
          code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
            ? `it printed more than ${MOST_OUTPUT} bytes`
            : error?.killed
              ? `no answer within ${timeoutSeconds} s`
              : stderr.toString('utf8');
        resolve({ code: error ? (typeof code === 'number' ? code : 1) : 0, stdout, stderr: said });
      });
      // It may end before it has read everything.
      child.stdin!.on('error', () => undefined);
      child.stdin!.end(input);
    });
  }
}

/** Settings as variables: those are not in the list of processes. */
function asVariables(settings: Readonly<Record<string, string>>): Record<string, string> {
  const all = Object.entries(settings);
  return {
    GIT_CONFIG_COUNT: `${all.length}`,
    ...Object.fromEntries(
      all.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
