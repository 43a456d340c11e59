import { ApiAuth, Peer } from '../../lib';
import { expectRefusal } from '../support';

const peer = Peer.pods({ namespace: 'access', ports: [8080] });
const auth = (header: string) =>
  ApiAuth.external({ url: 'http://decider.access.svc:8080', peer, headers: ['authorization', header] });

describe('the headers of ApiAuth.external', () => {
  it.each(['accept', 'content-encoding', 'content-type'])('leave "%s" to the model', header => {
    expectRefusal(
      () => auth(header),
      `[ApiAuth.external] "${header}" would not get to the model, which needs it; name only headers that hold credentials`,
    );
  });

  it.each(['x-client-name', 'x-forwarded-user', 'x-forwarded-client-cert'])('cannot be "%s"', header => {
    expectRefusal(
      () => auth(header),
      `[ApiAuth.external] "${header}" is removed from every request before the service is asked, for callers could write it themselves; name only headers that hold credentials`,
    );
  });

  it('may be any others', () => {
    expect(() => auth('cookie')).not.toThrow();
  });
});
