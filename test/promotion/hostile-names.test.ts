import { parsePins } from '../../lib/core/pins';
import { uriMistake } from '../../lib/promotion/artifact-uri';
import { commitMessage, recordsIn } from '../../lib/promotion/commit-message';
import { parseModelFile } from '../../lib/promotion/model-file';
import { editPin } from '../../lib/promotion/pin-edit';
import { plainText } from '../../lib/promotion/plain-text';
import { planPromotions, type Promotion } from '../../lib/promotion/plan';
import { pinFile } from '../../lib/promotion/repository-state';
import { parseRules } from '../../lib/promotion/rules-file';
import { factsOf } from './memory-registry';
import * as fc from 'fast-check';

const RULES = `registries:
  mlflow: { url: http://mlflow.example.com, artifacts: ['mlflow-artifacts:/', 's3://own/models/'] }
environments:
  production: { alias: champion }
teams:
  fraud: { registry: mlflow }
`;
const FILE = 'environments/production/fraud.yaml';
const PINS = 'models:\n  churn:\n    version: 7\n';
const PLACE = { environment: 'production', team: 'fraud', model: 'churn' };
const pins = new Map([['production/fraud', parsePins(PINS, FILE)]]);
const rules = parseRules(RULES);
const now = new Date('2026-11-18T12:00:00Z');
const promotion = (facts = {}): Promotion => ({
  ...PLACE,
  from: 7,
  version: 8,
  change: { kind: 'version' },
  facts: factsOf(8, facts),
});

/** Rows of the table of faults: what somebody may call a model. */
const NAMES: readonly (readonly [row: string, name: string])[] = [
  ['1: a path upwards', '../../etc/cron.d/x'],
  ['2: two dots', '..'],
  ['2: a dot', '.'],
  ['3: a path from the root', '/abs'],
  ['4: a path with backslashes', 'a\\..\\b'],
  ['5: an escaped path', '%2e%2e%2f'],
  ['6: an option of git', '--upload-pack=touch x'],
  ['7: an option of rm', '-rf'],
  ['8: a program as an address', 'ext::sh -c id'],
  ['9: a line of YAML', 'model\nkind: ClusterRoleBinding'],
  ['10: another document', '---\napiVersion: v1'],
  ['11: a template', '{{ .Values.x }}'],
  ['11: a command of a shell', '$(id)'],
  ['11: a command in backticks', '`id`'],
  ['12: a type of YAML', '!!python/object'],
  ['14: NUL', 'a\0b'],
  ['14: a control character', 'a\u001b[2Jb'],
  ['14: DEL', 'a\u007fb'],
  ['15: text that turns round', 'a\u202eb'],
  ['15: a joiner without width', 'a\u200db'],
  ['15: letters that look like others', 'ϲhurn'],
  ['16: a letter in two ways', 'e\u0301'],
  ['16: the same letter in the other way', '\u00e9'],
  ['17: a name of 129 letters', 'a'.repeat(129)],
  ['17: a name of 10,000 letters', 'a'.repeat(10_000)],
  ['18: nothing', ''],
  ['18: a space', ' '],
  ['19: a dot at the end', 'con.'],
  ['19: a space at the end', 'con '],
  ['20: a file of Git', '.git/config'],
  ['20: attributes of Git', '.gitattributes'],
  ['20: modules of Git', '.gitmodules'],
  ['21: a prototype', '__proto__'],
];

describe('a model whose name is', () => {
  test.each(NAMES)('%s, is none: no pin, no rule, no plan', (_, name) => {
    expect(() => parsePins(`models:\n  ${JSON.stringify(name)}:\n    version: 1\n`, FILE)).toThrow(
      /cannot name a model|not readable as YAML/,
    );
    const named = RULES.replace('mlflow }\n', `mlflow, models: { churn: { registered: ${JSON.stringify(name)} } } }\n`);
    expect(() => parseRules(named)).toThrow('promotion.yaml:6]');
    const wanted = [{ ...PLACE, model: name, version: 8, evidence: { facts: factsOf(8) } }];
    expect(planPromotions(wanted, pins, rules, now)).toEqual({ promotions: [], held: [], unread: [] });
  });

  it('17, 19: 64 letters or a device of Windows, gets no path of its own', () => {
    for (const model of ['a'.repeat(64), 'con']) {
      expect(pinFile({ ...PLACE, ...{ model } })).toBe(FILE);
    }
  });

  it("22: that of another team's model, is asked for under its own team alone", () => {
    const wanted = [{ ...PLACE, team: 'search', version: 8, evidence: { facts: factsOf(8) } }];
    expect(planPromotions(wanted, pins, rules, now).promotions).toEqual([]);
  });
});

describe('an alias', () => {
  test.each(NAMES)('that is row %s, is none', (_, name) => {
    expect(() => parseRules(RULES.replace('champion', JSON.stringify(name)))).toThrow('promotion.yaml:4]');
  });
});

describe('a key that JavaScript has a meaning for', () => {
  const withTags = (tags: string) => RULES.replace('champion', `champion, gates: { tags: ${tags} }`);
  const planned = (text: string, tags: ReadonlyMap<string, string>) => {
    const wanted = [{ ...PLACE, version: 8, evidence: { facts: factsOf(8, { tags }) } }];
    return planPromotions(wanted, pins, parseRules(text), now);
  };

  it.each(['{ tags: { __proto__: "yes" } }', '{ metrics: { __proto__: { min: 1 } } }'])(
    '21: makes no gate that nobody closes: %s',
    gates => {
      expect(() => parseRules(RULES.replace('champion', `champion, gates: ${gates}`))).toThrow(
        '[promotion.yaml:4] "__proto__" is no name here; choose another one',
      );
    },
  );

  it('21: is a tag of a version like any other', () => {
    const tags = new Map([
      ['__proto__', 'polluted'],
      ['constructor', 'yes'],
    ]);
    expect(planned(withTags('{ constructor: "yes", ok: "yes" }'), tags).held[0]!.reasons).toEqual([
      { gate: 'tags', reason: 'tag ok must be yes, it is not set' },
    ]);
    expect(planned(withTags('{ constructor: "yes" }'), tags).promotions).toHaveLength(1);
    expect(planned(withTags('{ constructor: "yes" }'), new Map()).promotions).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('the place of a model', () => {
  test.each([
    ['25: a file', 'file:///etc/passwd'],
    ['25: an address of a cloud', 'http://169.254.169.254/latest'],
    ["25: another team's bucket", 's3://other/models/1'],
    ['25: a path that leaves its bucket', 's3://own/models/../other'],
    ['25: a place that only begins alike', 's3://own/models-of-others/1'],
    ['26: a user', 's3://user:password@own/models/1'],
    ['26: a fragment', 's3://own/models/1#/../../x'],
    ['26: a query', 's3://own/models/1?x=y'],
    ['5: an escape', 's3://own/models/%2e%2e/x'],
    ['8: a program', 'ext::sh -c id'],
    ['the whole bucket', 's3://own/models/'],
  ])('may not be %s', (_, uri) => {
    expect(uriMistake(uri, ['mlflow-artifacts:/', 's3://own/models/'])).toBeDefined();
    const wanted = [{ ...PLACE, version: 8, evidence: { facts: factsOf(8, { uri }) } }];
    expect(planPromotions(wanted, pins, rules, now).held[0]!.reasons[0]!.gate).toBe('source');
  });

  it.each(['s3://own/models/1/m', 'mlflow-artifacts:/1/models/m-1/artifacts'])('may be %s', uri => {
    expect(uriMistake(uri, ['mlflow-artifacts:/', 's3://own/models/'])).toBeUndefined();
  });
});

describe('what runs', () => {
  it.each(['image', 'images', 'command'])('27: is not for a pin to say: %s', key => {
    const pinned = `${PINS}    ${key}: registry.example.com/churn:latest\n`;
    expect(() => parsePins(pinned, FILE)).toThrow(`unknown key "${key}" below models.churn; a pin has the keys`);
  });

  it('27: does not come from a tag of a version', () => {
    const tags = new Map([['image', 'registry.example.com/other:latest']]);
    expect(editPin(PINS, FILE, promotion({ tags }))).not.toContain('registry.example.com');
  });

  it.each([
    ['29: another MLmodel than the one that was recorded', { mlmodel: `sha256:${'1'.repeat(64)}` }, 'files'],
    ['29: a digest that nobody recorded in the registry', { digest: `sha256:${'2'.repeat(64)}` }, 'digest'],
  ])('is not %s', (_, recorded, gate) => {
    const [key, value] = Object.entries(recorded)[0]!;
    const staging = `models:\n  churn:\n    version: 8\n    ${key}: ${value}\n`;
    const own = `models:\n  churn:\n    version: 7\n${key === 'digest' ? `    digest: ${value}\n` : ''}`;
    const both = new Map([
      ['staging/fraud', parsePins(staging, 'staging')],
      ['production/fraud', parsePins(own, FILE)],
    ]);
    const fed = parseRules(RULES.replace('environments:\n', 'environments:\n  staging: { alias: candidate }\n'));
    const wanted = [{ ...PLACE, version: 8, evidence: { facts: factsOf(8) } }];
    const { promotions, held } = planPromotions(wanted, both, fed, now);
    expect([promotions, held[0]!.reasons.map(reason => reason.gate)]).toEqual([[], [gate]]);
  });
});

describe('what a model file says', () => {
  const flavor = (text: string) => parseModelFile(`flavors:\n  sklearn: ${text}\n`);
  it.each([
    '{ serialization_format: pickle }',
    '{ serialization_format: cloudpickle }',
    '{ cloudpickle_version: 3.1.2 }',
    '{ pickled_model: model.pkl }',
    '{ serialization_format: skops, skops_trusted_types: [os.system] }',
    '{ data: model.joblib }',
  ])('28: is seen to run code: %s', text => expect(flavor(text)).toMatchObject({ pickles: ['sklearn'] }));

  it.each([
    ['pytorch', 'pytorch: { model_data: data, pickle_module_name: mlflow.pytorch.pickle_module }'],
    ['statsmodels', 'statsmodels: { data: model.statsmodels }'],
    ['python_function', 'python_function: { loader_module: my_loader, data: model }'],
    ['python_function', 'python_function: { loader_module: mlflow.pyfunc.model, model_code_path: churn.py }'],
    ['python_function', 'python_function: { loader_module: mlflow.xgboost }'],
    ['xgboost', 'xgboost: { data: model.ubj, code: code }'],
    ['onnx', 'onnx: { data: model.onnx, trust_remote_code: true }'],
  ])('28: is not taken for data: %s', (name, text) =>
    expect(parseModelFile(`flavors:\n  ${text}\n`)).toMatchObject({ pickles: [name] }),
  );

  it.each([
    'sklearn: { serialization_format: skops, skops_trusted_types: [] }',
    'xgboost: { data: model.ubj, code: null }\n  python_function: { loader_module: mlflow.xgboost, data: model.ubj }',
  ])('is seen to run none: %s', text => expect(parseModelFile(`flavors:\n  ${text}\n`)).toMatchObject({ pickles: [] }));

  it.each(['', '- a', 'flavors: 1', 'a: &a [*a]\nflavors: *a', 'flavors: { a: 1 }', '\0'])(
    'may be nonsense: %j',
    text => {
      expect(typeof parseModelFile(text)).toBe('string');
    },
  );

  it('30: is not blown up by what repeats itself', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${`*${'abcdefg'[index]},`.repeat(9)}]`),
    ];
    expect(parseModelFile(`${bomb.join('\n')}\nflavors: *h\n`)).toBe('MLmodel repeats too much of itself');
  });
});

describe('values', () => {
  it.each(['yes', 'null', '1e3', '0x1f', '2024-01-01', '123', 'true', '0b1'])('13: like %s stay texts', id => {
    const edited = editPin(PINS, FILE, promotion({ run: { id, experiment: '1', user: 'a', metrics: new Map() } }));
    expect(parsePins(edited, FILE).models.get('churn')).toMatchObject({ version: 8, run: id });
  });

  it.each(['yes', 'null', '1e3', '0x1f', '2024-01-01', '~', '*a', '&a'])(
    '13: like %s are compared as texts in a tag',
    value => {
      const tagged = parseRules(RULES.replace('champion', `champion, gates: { tags: { ok: "${value}" } }`));
      const held = (tag: string) => {
        const facts = factsOf(8, { tags: new Map([['ok', tag]]) });
        return planPromotions([{ ...PLACE, version: 8, evidence: { facts } }], pins, tagged, now).held.length;
      };
      expect([held(value), held('1000'), held('')]).toEqual([0, 1, 1]);
    },
  );

  it.each(['~', '*a', '&a', '!!binary x', '- a', 'a: b'])('13: like %j are refused as the id of a run', id => {
    const facts = { run: { id, experiment: '1', user: 'a', metrics: new Map() } };
    expect(() => editPin(PINS, FILE, promotion(facts))).toThrow('run must be the id of a run');
  });

  it.each(['-1', '01', `${2n ** 63n}`, '1;id', '1e1', '0x1', '+1'])('23: %s without quotes is no version', written => {
    expect(() => parsePins(`models:\n  churn:\n    version: ${written}\n`, FILE)).toThrow(/version.* must be/);
  });

  it.each(['1;id', '-1', '01', `${2 ** 63}`, '1.0', '', '１'])('23: %j is no version', text => {
    expect(() => parsePins(`models:\n  churn:\n    version: ${JSON.stringify(text)}\n`, FILE)).toThrow('whole number');
  });

  it.each([
    ['a carriage return', 'models:\r\n  churn:\r\n    version: 7\r\n', '1] a carriage return'],
    ['a byte order mark', '\uFEFFmodels:\n  churn:\n    version: 7\n', '1] a byte order mark'],
    ['an anchor', 'models:\n  churn: &a\n    version: 7\n  other: *a\n', '4] "*a" repeats another pin'],
    [
      'a key twice',
      'models:\n  churn:\n    version: 7\n  churn:\n    version: 8\n',
      '4] model "churn" is pinned in line 2 already',
    ],
    ['a tab', 'models:\n  churn:\n    version: 7 \t# x\n', '3] a tab'],
  ])('65: %s is refused, with its line', (_, text, message) => {
    expect(() => editPin(text, FILE, promotion())).toThrow(message);
  });
});

describe('whatever is written somewhere', () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...'\n\r\0\u001b\u202e\u2028-#:{}[]&*!|>\'"%@`$\\/. '),
      fc.string({ unit: 'binary' }),
    ),
  });
  const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 2_000) };

  it('stays one line of plain text', () => {
    fc.assert(
      fc.property(nasty, text => !/[\p{C}\p{Zl}\p{Zp}]/u.test(plainText(text)) && plainText(text).length <= 201),
      runs,
    );
  });

  it('stays one message of a commit, with our trailers alone', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (user, reason, name) => {
        const facts = { run: { id: 'r', experiment: '1', user, metrics: new Map() } };
        const message = commitMessage({ ...promotion(facts), reason }, { kind: 'person', name, insisted: user }, rules);
        expect(recordsIn(message)).toMatchObject([{ ...PLACE, from: 7, to: 8, by: 'person' }]);
        expect(message.match(/^Mlops-/gm)).toHaveLength(6);
        expect(message).not.toMatch(/[^\P{C}\n]/u);
      }),
      runs,
    );
  });

  it('stays one document of YAML, that says just what was decided', () => {
    const text = fc.oneof(nasty, fc.constantFrom('[]', '[{"type":"long"}]'));
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9-]{1,64}$/), text, (id, params) => {
        const signature = {
          inputs: '[{"type":"long"}]',
          outputs: null,
          params: '[]',
          ...(params === '[]' && { params }),
        };
        const file = { digest: `sha256:${'0'.repeat(64)}`, pickles: [], signature };
        const edited = editPin(
          PINS,
          FILE,
          promotion({ file, run: { id, experiment: '', user: '', metrics: new Map() } }),
        );
        expect(parsePins(edited, FILE).models.get('churn')).toEqual({
          name: 'churn',
          line: 2,
          version: 8,
          run: id,
          mlmodel: file.digest,
          signature,
        });
      }),
      { numRuns: runs.numRuns / 10 },
    );
  });

  it('never becomes a model that is pinned, a rule, or a place outside', () => {
    fc.assert(
      fc.property(nasty, name => {
        const wanted = [{ ...PLACE, model: name, version: 8, evidence: { facts: factsOf(8, { uri: name }) } }];
        const { promotions } = planPromotions(
          [...wanted, ...wanted.map(one => ({ ...one, model: 'churn' }))],
          pins,
          rules,
          now,
        );
        return promotions.length === 0;
      }),
      runs,
    );
  });
});
