import { PinHistory } from '../../lib/promotion/pin-history';
import { LONGEST_FILE } from '../../lib/promotion/git-repository';
import { MemoryGitRepository, MemoryGitServer } from './memory-git-repository';

const PIN = 'environments/production/fraud.yaml';
const place = (model: string) => ({ environment: 'production', team: 'fraud', model });
const pins = (churn: number, score: number) =>
  `models:\n  churn:\n    version: ${churn}\n  score:\n    version: ${score}\n`;

describe('the history of pins', () => {
  let server: MemoryGitServer;
  let read: number;
  beforeEach(() => {
    server = new MemoryGitServer();
    read = 0;
  });

  const history = () => {
    const git = new MemoryGitRepository(server);
    const { pastTexts } = git;
    git.pastTexts = (commits, path) => {
      read += commits.length;
      return pastTexts.call(git, commits, path);
    };
    return new PinHistory(git, server.branches.get('main')!);
  };

  it('is read for all pins of a file at once, and as far as it is asked for', async () => {
    for (let version = 1; version <= 100; version++) {
      server.edit({ [PIN]: pins(version, Math.ceil(version / 2)) });
    }
    const found: string[] = [];
    for await (const { place: of, pin } of history().ofPins(PIN, [place('churn'), place('score')])) {
      found.push(`${of.model} ${pin?.version}`);
      if (found.length === 5) {
        break;
      }
    }
    expect(found).toEqual(['churn 100', 'churn 99', 'score 50', 'churn 98', 'churn 97']);
    expect(read).toBeLessThan(16);
  });

  it('leaves out what was too long to be read', async () => {
    server.edit({ [PIN]: pins(1, 1) });
    server.edit({ [PIN]: `${pins(2, 1)}#${' '.repeat(LONGEST_FILE)}\n` });
    const last = server.edit({ [PIN]: pins(1, 2) });
    expect(await history().last(place('score'))).toMatchObject({ commit: last, pin: { version: 2 } });
    expect((await history().since(place('churn'), 1))?.getTime()).toEqual(expect.any(Number));
  });

  it('is read once for what is asked again', async () => {
    server.edit({ [PIN]: pins(1, 1) });
    server.edit({ [PIN]: pins(2, 1) });
    const past = history();
    await past.since(place('score'), 1);
    await past.since(place('churn'), 2);
    expect(read).toBe(2);
  });
});
