import { GitError, type GitFault } from '../git-repository';
import { plainText } from '../plain-text';
import type { GitAddress } from './git-address';

/** The branch that was asked for. */
type Asked = Pick<GitAddress, 'url' | 'authorization'> & { readonly branch: string };

const FAILURES: readonly (readonly [GitFault, RegExp, string])[] = [
  [
    'local',
    /^(?!remote: |!).*(?:unable to update local ref|cannot lock ref)/m,
    'another process has it locked; try again in some seconds',
  ],
  [
    'local',
    /^(?!remote: ).*(?:No space left on device|Disk quota exceeded|Read-only file system|Input\/output error)/m,
    'make room where --cache is, or name another folder',
  ],
  ['missing', /couldn't find remote ref|Could not find remote branch/, 'push a first commit, or name another branch'],
  [
    'anonymous',
    /could not read (?:Username|Password)/,
    'put credentials into files: --credentials <folder>, which has a folder git',
  ],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP 40[13]|error: 40[13]|Host key verification failed/,
    'check the credentials, the known hosts, and who may push',
  ],
  [
    'refused',
    /cannot lock ref|failed to update ref/,
    'nobody else pushed, so it is the server that cannot write: is a lock left there?',
  ],
  ['refused', /\[remote rejected\]|pre-receive hook declined|protected branch/, 'let the committer push to the branch'],
  ['missing', /does not appear to be a git repository|not found/, 'check the URL'],
];

/** Lines that say nothing of what happened. */
const CHATTER = new RegExp(
  '^(?:hint:.*|(?:remote:)? *|Please make sure you have the correct access rights|and the repository exists\\.|' +
    // What Git says below each lock that it finds.
    '(?:remote: *)?(?:Another git process|an editor opened by|are terminated then|may have crashed|remove the file manually).*)$',
);

/** What Git said of a server, in one line, with what to do. */
export function gitFailure(said: string, { url, branch, authorization }: Asked, what: 'read' | 'written'): GitError {
  // Git wants to ask for others after those that it was given.
  const known = FAILURES.filter(([fault]) => fault !== 'anonymous' || authorization === undefined);
  const [fault, , remedy] = known.find(([, pattern]) => pattern.test(said)) ?? ['unreachable', /./, 'is it up?'];
  const lines = said
    .split('\n')
    .filter(line => !CHATTER.test(line))
    .slice(-4);
  const text = plainText(lines.join(' '), 400);
  return new GitError(fault, `${branch} of ${plainText(url)} cannot be ${what}: ${text}; ${remedy}`);
}
