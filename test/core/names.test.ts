import { contains, isAddress, isCidr } from '../../lib/core/cidr';
import { isPinnedImage, parseImage } from '../../lib/core/container-image';
import { isDnsLabel, isHostName, isObjectName } from '../../lib/core/dns-label';
import { isModelName, modelUri } from '../../lib/core/model-version';
import { PlatformError, PlatformErrors } from '../../lib/core/platform-error';
import { checkPorts } from '../../lib/core/port';
import { PRE_SYNC, SyncWave } from '../../lib/core/sync-wave';
import { expectRefusal } from '../support';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a DNS label', () => {
  test.each(['a', '7', 'fraud', 'fraud-staging', 'a--b', 'x'.repeat(63)])('may be %s', text => {
    expect(isDnsLabel(text)).toBe(true);
  });

  test.each(['', '-a', 'a-', 'Fraud', 'fraud_1', 'fraud.eu', 'betrüger', 'ﬁ', '１', 'a b', 'a\n', 'x'.repeat(64)])(
    'may not be %j',
    text => {
      expect(isDnsLabel(text)).toBe(false);
    },
  );
});

describe('a host name', () => {
  test.each(['localhost', 'mlflow.fraud.example.com', `${'x.'.repeat(126)}x`])('may be %s', text => {
    expect(isHostName(text)).toBe(true);
  });

  test.each(['', 'a..b', 'a.', '*.example.com', 'https://a', 'a:5000', 'A.example.com', `${'x.'.repeat(126)}xx`])(
    'may not be %j',
    text => {
      expect(isHostName(text)).toBe(false);
    },
  );
});

describe('the name of an object', () => {
  test.each(['churn-clients', 'ml.example.com', 'x'.repeat(64), 'x'.repeat(253)])('may be %s', text => {
    expect(isObjectName(text)).toBe(true);
  });

  test.each(['', 'A', 'a..b', '-a', 'a-', 'a.-b', 'a_b', 'x'.repeat(254)])('may not be %j', text => {
    expect(isObjectName(text)).toBe(false);
  });
});

describe('an image', () => {
  test.each([
    ['churn:1.4.2', 'churn', '1.4.2', undefined],
    ['ml/churn:1', 'ml/churn', '1', undefined],
    ['localhost:5000/churn', 'localhost:5000/churn', undefined, undefined],
    ['registry.example.com:5000/ml/churn:1.4.2', 'registry.example.com:5000/ml/churn', '1.4.2', undefined],
    [`churn@${DIGEST}`, 'churn', undefined, DIGEST],
    [`ghcr.io/a_b/c__d.e--f:V1@${DIGEST}`, 'ghcr.io/a_b/c__d.e--f', 'V1', DIGEST],
  ])('of the reference %s has its parts', (reference, repository, tag, digest) => {
    expect(parseImage(reference)).toEqual({ repository, tag, digest });
  });

  test.each([
    '',
    'Churn:1',
    'registry.example.com/ML/churn:1',
    'a/b:5/c:1',
    'a..b:1',
    'a___b:1',
    '-a:1',
    '-a/b:1',
    'churn:',
    'churn:-1',
    'churn:1 ',
    'churn:1\n',
    `churn:${'x'.repeat(129)}`,
    'churn@sha256:abc',
    `churn@${DIGEST.toUpperCase()}`,
    `churn@md5:${'0'.repeat(32)}`,
    'https://registry.example.com/churn:1',
  ])('is not named by %j', reference => {
    expect(parseImage(reference)).toBeUndefined();
  });

  test.each(['churn:1.4.2', 'localhost:5000/churn:latest-1', `churn@${DIGEST}`, `churn:latest@${DIGEST}`])(
    'is pinned by %s',
    reference => {
      expect(isPinnedImage(reference)).toBe(true);
    },
  );

  test.each(['churn', 'churn:latest', 'localhost:5000/churn', 'Churn:1', ''])('is not pinned by %j', reference => {
    expect(isPinnedImage(reference)).toBe(false);
  });

  it('is read in no time even if the reference is made to be slow', () => {
    const started = performance.now();
    parseImage(`${'a-'.repeat(5_000)}!`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a CIDR', () => {
  test.each(['10.0.0.0/8', '0.0.0.0/0', '203.0.113.7/32', '::/0', 'fd00:10::/32', '2001:DB8::1/128'])(
    'may be %s',
    text => {
      expect(isCidr(text)).toBe(true);
    },
  );

  test.each([
    '',
    '10.0.0.0',
    '10.1.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '0/0',
    '010.0.0.0/8',
    '0x0a000000/8',
    ' 10.0.0.0/8',
    '10.0.0.256/32',
    'fd00::1/32',
    'fd00::/129',
    'fe80::%eth0/64',
    '::ffff:10.0.0.0/104',
    'example.com/32',
  ])('may not be %j', text => {
    expect(isCidr(text)).toBe(false);
  });

  test.each([
    ['10.0.0.0/8', '10.244.0.0/16', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.244.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '11.0.0.0/16', false],
    ['0.0.0.0/0', '::/0', false],
    ['::/0', 'fd00::/8', true],
    ['fd00::/8', 'fe80::/10', false],
  ])('%s contains %s: %s', (outer, inner, answer) => {
    expect(contains(outer, inner)).toBe(answer);
  });
});

test.each(['169.254.20.10', '::1', 'fd00::a'])('%s is an address', text => {
  expect(isAddress(text)).toBe(true);
});

test.each(['', '169.254.20.10/32', '10.1', '1', '0x7f.1', '010.0.0.1', 'fe80::1%eth0', '::ffff:10.0.0.1', 'localhost'])(
  '%j is no address',
  text => {
    expect(isAddress(text)).toBe(false);
  },
);

describe('a model', () => {
  test.each(['churn', 'Churn_v2.small-1', '7', 'constructor', 'x'.repeat(128)])('may have the name %s', name => {
    expect(isModelName(name)).toBe(true);
  });

  test.each(['', '__proto__', '-a', 'a-', 'a b', 'a/b', 'a:1', 'préféré', 'a\n', 'x'.repeat(129)])(
    'may not have the name %j',
    name => {
      expect(isModelName(name)).toBe(false);
    },
  );

  it('is addressed by its version, never by an alias', () => {
    expect(modelUri({ name: 'churn', version: 7 })).toBe('models:/churn/7');
  });
});

test('checkPorts accepts ports and refuses everything else', () => {
  expect(() => checkPorts('fraud', [1, 443, 65535])).not.toThrow();
  expectRefusal(
    () => checkPorts('fraud', []),
    '[fraud] a network path needs a port; name the ports on which the called side listens',
  );
  for (const port of [0, -1, 65536, 1.5, NaN]) {
    expectRefusal(
      () => checkPorts('fraud', [80, port]),
      `[fraud] a port must be a whole number from 1 to 65535, got ${port}; name the ports on which the called side listens`,
    );
  }
});

describe('a PlatformError', () => {
  const error = new PlatformError({ node: { path: 'fraud/churn' } }, 'no pin', 'add one');

  it('says where, what and what to do', () => {
    expect(error.message).toBe('[fraud/churn] no pin; add one');
    expect(error).toMatchObject({ name: 'PlatformError', where: 'fraud/churn', problem: 'no pin', remedy: 'add one' });
  });

  it('has no remedy of its own if the problem holds it', () => {
    expect(new PlatformError('fraud.yaml:3', 'no pin').message).toBe('[fraud.yaml:3] no pin');
  });

  it('can be told from another place', () => {
    expect(error.at('staging/fraud/churn').message).toBe('[staging/fraud/churn] no pin; add one');
  });

  it('is told together with others', () => {
    const errors = new PlatformErrors([error, error.at('x')]);
    expect(errors.message).toBe('[fraud/churn] no pin; add one\n[x] no pin; add one');
    expect(errors.name).toBe('PlatformErrors');
  });
});

test('sync waves put the namespace first, then what guards it, then services, and routes last; hooks come before all', () => {
  const waves = Object.values(SyncWave).map(annotation => Number(annotation['argocd.argoproj.io/sync-wave']));
  expect(waves).toEqual([-3, -2, -2, -1, 1]);
  expect(PRE_SYNC).toEqual({
    'argocd.argoproj.io/hook': 'PreSync',
    'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
  });
});
