import { GitError, type GitFault } from '../git-repository';
import { plainText } from '../plain-text';

const FAILURES: readonly (readonly [GitFault, RegExp, string])[] = [
  ['local', /unable to update local ref|cannot lock ref/, 'another process has it locked; try again in some seconds'],
  [
    'local',
    /^(?!remote: ).*(?:No space left on device|Disk quota exceeded|Read-only file system|Input\/output error)/m,
    'make room where --cache is, or name another folder',
  ],
  ['missing', /couldn't find remote ref|Could not find remote branch/, 'push a first commit, or name another branch'],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|Permission denied|HTTP 40[13]|error: 40[13]|Host key verification failed/,
    'check the credentials, the known hosts, and who may push',
  ],
  ['refused', /\[remote rejected\]|pre-receive hook declined|protected branch/, 'let the committer push to the branch'],
  ['missing', /does not appear to be a git repository|not found/, 'check the URL'],
];

/** Lines that say nothing of what happened. */
const CHATTER =
  /^(?:hint:.*|remote: *|Please make sure you have the correct access rights|and the repository exists\.| *)$/;

/** What Git said of a server, in one line, with what to do. */
export function gitFailure(said: string, url: string, branch: string, what: 'read' | 'written'): GitError {
  const [fault, , remedy] = FAILURES.find(([, pattern]) => pattern.test(said)) ?? ['unreachable', /./, 'is it up?'];
  const lines = said
    .split('\n')
    .filter(line => !CHATTER.test(line))
    .slice(-4);
  const text = plainText(lines.join(' '), 400);
  return new GitError(fault, `${branch} of ${plainText(url)} cannot be ${what}: ${text}; ${remedy}`);
}
