import { gitFailure } from '../../lib/promotion/ports/git-failure';

const ASKED = { url: 'https://git.example.com/platform.git', branch: 'main' };

describe('a server of Git that wants credentials', () => {
  const said = "fatal: could not read Username for 'https://git.example.com': terminal prompts disabled\n";

  it('got none', () => {
    expect(gitFailure(said, ASKED, 'read')).toMatchObject({
      fault: 'anonymous',
      message: expect.stringMatching(
        /^main of https:.* cannot be read: .*; put credentials into files: --credentials <folder>/,
      ),
    });
  });

  it('does not take those that it got', () => {
    const sent = { ...ASKED, authorization: () => 'Basic eA==' };
    expect(gitFailure(said, sent, 'read').fault).toBe('denied');
    expect(gitFailure('fatal: Authentication failed', ASKED, 'read').fault).toBe('denied');
  });
});
