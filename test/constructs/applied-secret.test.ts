import { SecretTemplate, SopsSecret, type SecretTemplateProps, type SopsSecretProps } from '../../lib';
import { appliedSecrets } from '../../lib/constructs/applied-secret';
import { chartIn, expectRefusal, lateProblems, objectsOf } from '../support';

const reader = { reader: { how: 'a user', example: 'name=<name>\n' } };
const writer = { writer: { how: 'another', example: '<name>' } };

describe.each([
  ['SecretTemplate', SecretTemplate],
  ['SopsSecret', SopsSecret],
])('%s', (_, Kind) => {
  it('is in no manifest, but known to the root of the tree', () => {
    const chart = chartIn('fraud');
    const secret = new Kind(chart, 'auth');
    secret.mustHave(chart, reader);
    expect(objectsOf(chart)).toEqual([]);
    expect(appliedSecrets(chart.node.root)).toEqual([secret]);
    expect(secret).toMatchObject({ name: 'auth', namespace: 'fraud' });
  });

  it('learns from its consumers which keys it needs', () => {
    const chart = chartIn('fraud');
    const secret = new Kind(chart, 'auth');
    secret.mustHave(chart, reader);
    secret.mustHave(chart, writer);
    expect(secret.keys).toEqual({ ...reader, ...writer });
    expect(secret.consumers).toEqual(['fraud', 'fraud']);
  });

  it('refuses a consumer of another namespace', () => {
    const secret = new Kind(chartIn('fraud'), 'auth');
    expectRefusal(
      () => secret.mustHave(chartIn('search'), reader),
      '[search] the Secret "auth" is in namespace "fraud": pods of "search" cannot mount it; ' +
        'declare one in "search" too',
    );
  });
});

describe('SopsSecret', () => {
  it('takes all the props', () => {
    const allProps: Required<SopsSecretProps> = { file: 'elsewhere/auth.yaml' };
    expect(new SopsSecret(chartIn('fraud'), 'auth', allProps).file).toBe('elsewhere/auth.yaml');
    expect(new SopsSecret(chartIn('fraud'), 'auth').file).toBeUndefined();
  });
});

describe('SecretTemplate', () => {
  it('takes all the props, and lists its own keys beside those of its consumers', () => {
    const chart = chartIn('fraud');
    const allProps: Required<SecretTemplateProps> = { keys: reader };
    const secret = new SecretTemplate(chart, 'auth', allProps);
    secret.mustHave(chart, writer);
    expect(secret.text).toContain(
      'stringData:\n  # a user\n  reader: |\n    name=<name>\n  # another\n  writer: <name>\n',
    );
    expect(allProps.keys).toEqual(reader);
    expect(lateProblems(chart)).toEqual([]);
  });

  it('is told at the end if nobody uses it', () => {
    const chart = chartIn('fraud');
    new SecretTemplate(chart, 'auth');
    expect(lateProblems(chart)).toEqual([
      'nobody uses the Secret "auth"; give it to a construct, name its keys, or remove it',
    ]);
  });

  it('refuses keys that are none', () => {
    expectRefusal(
      () => new SecretTemplate(chartIn('fraud'), 'auth', { keys: {} }),
      '[fraud/auth] the Secret would be empty; name at least one key in keys',
    );
    expectRefusal(
      () => new SecretTemplate(chartIn('fraud'), 'auth', { keys: { 'a/b': reader.reader } }),
      '[fraud/auth] "a/b" cannot be a key of a Secret; use letters, digits, "-", "_" and ".", at most 253 of them',
    );
  });
});
