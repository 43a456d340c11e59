import { SealedSecret, type SealedSecretProps } from '../../lib';
import { seal } from '../sealed';
import { chartIn, expectRefusal, find } from '../support';

const credentials = seal('[default]');

function secret(props: SealedSecretProps) {
  const chart = chartIn('fraud');
  const made = new SealedSecret(chart, 's3', props);
  return { made, chart, object: () => find(chart, 'SealedSecret/s3') };
}

describe('SealedSecret', () => {
  it('holds what kubeseal printed, for a Secret of its own name', () => {
    expect(secret({ encryptedData: { credentials } }).object()).toEqual({
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 's3', namespace: 'fraud', annotations: { 'argocd.argoproj.io/sync-wave': '-2' } },
      spec: {
        encryptedData: { credentials },
        template: { type: 'Opaque', metadata: { name: 's3', namespace: 'fraud' } },
      },
    });
  });

  it('takes all the props', () => {
    const allProps: Required<SealedSecretProps> = { encryptedData: { credentials }, scope: 'namespace-wide' };
    const { metadata, spec } = secret(allProps).object();
    const scope = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    expect(metadata.annotations).toMatchObject(scope);
    expect(spec.template.metadata.annotations).toEqual(scope);
  });

  it('hands its Secret on to the next hook where something needs it before the sync', () => {
    const { made, object } = secret({ encryptedData: { credentials } });
    made.beforeSync();
    expect(object().metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-wave': '-2',
      'argocd.argoproj.io/hook': 'PreSync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    });
    expect(object().spec.template.metadata.annotations).toEqual({
      'sealedsecrets.bitnami.com/managed': 'true',
      'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
    });
  });

  it('refuses to lack what a consumer needs', () => {
    const { made, chart } = secret({ encryptedData: { credentials } });
    expect(() => made.mustHave(chart, { credentials: { how: '', example: '' } })).not.toThrow();
    expectRefusal(
      () => made.mustHave(chart, { reader: { how: 'a user', example: '' } }),
      '[fraud/s3] the Secret "s3" lacks "reader", needed by fraud; add to encryptedData:\n  reader: a user',
    );
  });

  test.each(['hunter2', Buffer.from('x'.repeat(999)).toString('base64'), '', '<password>'])(
    'refuses %j, which nobody sealed, without repeating it',
    value => {
      expectRefusal(
        () => secret({ encryptedData: { credentials, reader: value } }),
        '[fraud/s3] the value of "reader" is not sealed; write what this prints: ' +
          'kubeseal --raw --scope strict --namespace fraud --name s3 --from-file=<file>',
      );
    },
  );

  it('refuses to be empty, and keys that are none', () => {
    expectRefusal(
      () => secret({ encryptedData: {} }),
      '[fraud/s3] the Secret would be empty; name at least one key in encryptedData',
    );
    expectRefusal(
      () => secret({ encryptedData: { 'a b': credentials } }),
      '[fraud/s3] "a b" cannot be a key of a Secret; use letters, digits, "-", "_" and ".", at most 253 of them',
    );
  });
});
