import { apiKeyFile, changedKeys, parseApiKeyFile, type ApiKey } from '../../lib/core/api-key-file';
import { expectRefusal } from '../support';

const keys: ApiKey[] = [
  { key: 'hush-1', client: 'web' },
  { key: 'hush-2', client: 'batch' },
  { key: 'hush-3', client: 'web' },
];
const change = (what: Parameters<typeof changedKeys>[2], known = keys) =>
  changedKeys('clients.yaml', known, what, () => 'new').map(({ key, client }) => `${client}=${key}`);

describe('a file of API keys', () => {
  it.each([[keys], [[]], [[{ key: '1e5', client: '007' }]]])('holds what was put in', given => {
    expect(parseApiKeyFile('clients.yaml', apiKeyFile(given))).toEqual(given);
  });

  it('is refused if Envoy would refuse it, without a word of its content', () => {
    const refused = (text: string, message: string) =>
      expectRefusal(() => parseApiKeyFile('old.yaml', text), `[old.yaml] ${message}`);
    const file = apiKeyFile(keys);
    const other = 'this is no file of API keys; give the file that `mlops keys` made, whole';
    refused('hush', other);
    refused('a: [hush', other);
    refused(file.replace('name: api-keys', 'name: hush'), other);
    refused(file.replace('key: hush-1', 'key: ""'), other);
    refused(file.replace('key: hush-1', 'key: 12'), other);
    refused(`${file}more: hush\n`, other);
    refused(file.replace('hush-3', 'hush-1'), 'a key of "web" stands in the file twice; remove one of the two');
    refused(
      file.replace('client: batch', 'client: a b'),
      '"a b" cannot name a client; use letters, digits and . _ @ : | / + = ~ -, starting with a letter or digit',
    );
    refused(
      ' \n',
      'the file is empty; if it held keys, the shell has emptied it: take it from the Secret, and write to another file',
    );
  });
});

describe('a change of API keys', () => {
  it('adds keys behind those that stay', () => {
    expect(change({ add: ['web', 'app'] })).toEqual(['web=hush-1', 'batch=hush-2', 'web=hush-3', 'web=new', 'app=new']);
  });

  it('takes the oldest key of a client, also for a new one', () => {
    expect(change({ retire: ['web'] })).toEqual(['batch=hush-2', 'web=hush-3']);
    expect(change({ retire: ['batch'], add: ['batch'] })).toEqual(['web=hush-1', 'web=hush-3', 'batch=new']);
  });

  it('takes all keys of a client', () => {
    expect(change({ remove: ['web'] })).toEqual(['batch=hush-2']);
  });

  it('refuses to lock a client out by accident', () => {
    expectRefusal(
      () => change({ retire: ['batch'] }),
      '[clients.yaml] "batch" would have no key left; give it a new one first: mlops keys batch; or let it go: --remove batch',
    );
  });

  it('refuses a client that it does not know', () => {
    expectRefusal(
      () => change({ remove: ['wbe'] }),
      '[clients.yaml] "wbe" has no key; clients with keys are web, batch',
    );
    expectRefusal(
      () => change({ retire: ['web'] }, []),
      '[clients.yaml] "web" has no key; give the file with the keys by --from',
    );
  });
});
