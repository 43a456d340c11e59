import { PlatformError } from '../../lib';
import type { Report } from '../../lib/promotion/controller';
import { ControllerHealth } from '../../lib/promotion/controller-health';
import { GitError } from '../../lib/promotion/git-repository';

const SEEN = { seconds: 1, outcome: {} } as Report;
const UNREADABLE: Report = { seconds: 1, error: new GitError('unreachable', 'down') };

describe('the health of a controller', () => {
  let now: Date;
  let health: ControllerHealth;
  const wait = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));

  beforeEach(() => {
    now = new Date(0);
    health = new ControllerHealth(30, () => now);
  });

  it('is ready once it saw the repository, and not before', () => {
    expect(health.isReady).toBe(false);
    health.looked(UNREADABLE);
    expect(health.isReady).toBe(false);
    health.looked(SEEN);
    expect(health.isReady).toBe(true);
  });

  it('is not ready if the repository was seen more than three intervals ago, until it is seen again', () => {
    health.looked(SEEN);
    wait(90);
    health.looked(UNREADABLE);
    expect(health.isReady).toBe(true);
    wait(1);
    expect(health.isReady).toBe(false);
    health.looked(SEEN);
    expect(health.isReady).toBe(true);
  });

  it('stays ready while a look takes long, as one does with a registry that hangs', () => {
    health.looked(SEEN);
    wait(600);
    expect(health.isReady).toBe(true);
  });

  it('stays ready if the rules are wrong: they were read', () => {
    health.looked(SEEN);
    wait(91);
    health.looked({ seconds: 1, error: new PlatformError('promotion.yaml', 'is wrong', 'mend it') });
    expect(health.isReady).toBe(true);
  });

  it('is alive as long as something happens, and until the longest step must have ended', () => {
    health.looked(SEEN);
    wait(630);
    expect(health.isAlive).toBe(true);
    health.stirs();
    wait(630);
    expect(health.isAlive).toBe(true);
    wait(1);
    expect(health.isAlive).toBe(false);
  });

  it('is not alive if the first look never ends', () => {
    wait(631);
    expect(health.isAlive).toBe(false);
  });
});
