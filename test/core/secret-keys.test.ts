import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import {
  isSecretKey,
  missingKeys,
  mlflowClientKeys,
  mlflowServerKeys,
  type SecretKeys,
} from '../../lib/core/secret-keys';
import { secretTemplate } from '../../lib/core/secret-template';

const keys: SecretKeys = {
  reader: { how: 'a reader', example: 'user = <user>\n' },
  'flask-secret-key': { how: 'random', example: '<random>' },
};

describe('the keys of a Secret', () => {
  test.each(['reader', 'basic_auth.ini', '.npmrc', 'A-1', 'x'.repeat(253)])('take the name %s', name => {
    expect(isSecretKey(name)).toBe(true);
  });

  test.each(['', '.', '..', '..data', 'a/b', 'a b', 'ключ', 'x'.repeat(254)])('refuse the name %j', name => {
    expect(isSecretKey(name)).toBe(false);
  });

  it('tells which are missing', () => {
    expect(missingKeys(keys, ['reader', 'other'])).toEqual(['flask-secret-key']);
    expect(missingKeys(keys, ['flask-secret-key', 'reader'])).toEqual([]);
  });

  it('gives nobody a permission where roles do, and lets everybody read where there are none', () => {
    const shown = (workspaces: boolean) => mlflowServerKeys('sqlite:////a.db', workspaces)['basic_auth.ini']!.example;
    expect(shown(true)).toContain('\ndefault_permission = NO_PERMISSIONS\n');
    expect(shown(false)).toContain('\ndefault_permission = READ\n');
  });

  it('are those of the page about the server', () => {
    const page = readFileSync(join(__dirname, '../../docs/mlflow-server.md'), 'utf8');
    const shown = /<<'INI'\n([^]*?)INI\n/.exec(page)?.[1];
    expect(shown).toBe(mlflowServerKeys('sqlite:////var/lib/mlflow/mlflow.db', false)['basic_auth.ini']!.example);
  });

  it('shows every example with a placeholder and the database of the server', () => {
    expect(mlflowServerKeys('sqlite:////data/a.db', false)['basic_auth.ini']!.example).toContain(
      'database_uri = sqlite:////data/a.db\nadmin_username = admin\nadmin_password = <password of the administrator>',
    );
    expect(mlflowClientKeys('trainer')).toEqual({
      trainer: {
        how: 'name and password of MLflow\'s user "trainer", in the form of ~/.mlflow/credentials',
        example: '[mlflow]\nmlflow_tracking_username = trainer\nmlflow_tracking_password = <password of trainer>\n',
      },
    });
  });
});

describe("MLflow's settings in a template", () => {
  const permission = (roles: boolean) => mlflowServerKeys('sqlite:////a.db', roles)['basic_auth.ini']!.example;

  it('let users without a role read, so that an endpoint can load its model', () => {
    expect(permission(false)).toContain('default_permission = READ\n');
    expect(permission(true)).toContain('default_permission = NO_PERMISSIONS\n');
  });
});

describe('the template of a Secret', () => {
  const secret = { name: 'auth', namespace: 'fraud', keys, consumers: ['fraud/mlflow', 'fraud/mlflow', 'fraud/churn'] };

  it('says who uses it and how each key is made', () => {
    expect(secretTemplate(secret)).toBe(
      `# The Secret "auth", used by fraud/mlflow, fraud/churn.
# Fill in a copy that Git does not track, then: kubectl apply --server-side -f <copy>

apiVersion: v1
kind: Secret
metadata:
  name: auth
  namespace: fraud
type: Opaque
data: remove this line when every <placeholder> is replaced
stringData:
  # a reader
  reader: |
    user = <user>
  # random
  flask-secret-key: <random>
`,
    );
  });

  it('keeps every example as it is, whatever its text', () => {
    const odd = { how: 'two\nlines', example: '# no comment: "\\n" \t- ]\n\n  x\n\n' };
    const text = secretTemplate({ ...secret, keys: { odd } });
    expect(parseDocument(text).toJS().stringData).toEqual({ odd: odd.example });
    expect(text).toContain('  # two\n  #lines\n');
  });
});
