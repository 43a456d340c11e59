import fc from 'fast-check';
import { parsePins } from '../../lib/core/pins';
import { collect } from '../../lib/core/platform-error';
import { expectRefusal } from '../support';

const FILE = 'environments/staging/fraud.yaml';
const EXAMPLE = 'write\n  models:\n    churn:\n      version: 7';
const pinsOf = (text: string) => [...parsePins(text, FILE).models.values()];
const refuses = (text: string, ...messages: string[]) =>
  expectRefusal(() => parsePins(text, FILE), messages.map(message => `[${FILE}:${message}`).join('\n'));

describe('a pin file', () => {
  it('pins versions, each with its line', () => {
    const pins = parsePins(
      '# churn is promoted by hand\nmodels:\n  churn:\n    version: 7\n  fraud.v2:\n    version: 12\n',
      FILE,
    );
    expect(pins.file).toBe(FILE);
    expect([...pins.models]).toEqual([
      ['churn', { name: 'churn', version: 7, line: 3 }],
      ['fraud.v2', { name: 'fraud.v2', version: 12, line: 5 }],
    ]);
  });

  test.each(['', '\n', '# nothing yet\n', '---\n', 'models:', 'models: {}', 'models: ~'])(
    'pins nothing in %j',
    text => {
      expect(pinsOf(text)).toEqual([]);
    },
  );

  it('may have the line ends of Windows, a byte order mark and flow style', () => {
    expect(pinsOf('\uFEFFmodels:\r\n  churn:\r\n    version: 7\r\n')).toEqual([{ name: 'churn', version: 7, line: 2 }]);
    expect(pinsOf('models: { churn: { version: 7 } }')).toEqual([{ name: 'churn', version: 7, line: 1 }]);
  });

  it('takes names that YAML or JavaScript would take for something else', () => {
    expect(pinsOf('models:\n  7:\n    version: 1\n  true:\n    version: 2\n  constructor:\n    version: 3\n')).toEqual([
      { name: '7', version: 1, line: 2 },
      { name: 'true', version: 2, line: 4 },
      { name: 'constructor', version: 3, line: 6 },
    ]);
  });

  it('keeps every name and version that a model may have', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,10}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(fc.dictionary(name, fc.integer({ min: 1 }), { noNullPrototype: true }), versions => {
        const text = Object.entries(versions).map(([model, version]) => `  ${model}:\n    version: ${version}\n`);
        const read = pinsOf(`models:\n${text.join('')}`).map(pin => [pin.name, pin.version]);
        expect(read).toEqual(Object.entries(versions));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what is no YAML', () => {
  test.each([
    ['a tab', 'models:\n\tchurn: 1', '2] not readable as YAML: Tabs are not allowed as indentation; mend the line'],
    [
      'a key twice',
      'models:\n  churn:\n    version: 1\n    version: 2',
      '4] not readable as YAML: Map keys must be unique; mend the line',
    ],
    [
      'a model twice',
      'models:\n  churn:\n    version: 1\n  churn:\n    version: 2',
      '4] model "churn" is pinned in line 2 already; keep one of the two',
    ],
    [
      'a number and the same text as keys',
      'models:\n  7:\n    version: 1\n  "7":\n    version: 2',
      '4] model "7" is pinned in line 2 already; keep one of the two',
    ],
    [
      'more than one document',
      'models:\n  churn:\n    version: 1\n---\nmodels:\n  fraud:\n    version: 1\n',
      '4] not readable as YAML: the file holds more than one document; mend the line',
    ],
    [
      'an open brace',
      'models: {churn: {version: 1}',
      '1] not readable as YAML: Flow map in block collection must be sufficiently indented and end with a }; mend the line',
    ],
    [
      'a list as key',
      'models:\n  [a, b]:\n    version: 1',
      '2] not readable as YAML: With stringKeys, all keys must be strings; mend the line',
    ],
    [
      'a tag of its own',
      'models: !secret\n  churn:\n    version: 1',
      '1] not readable as YAML: Unresolved tag: !secret; mend the line',
    ],
  ])('is refused: %s', (_, text, message) => {
    refuses(text, message);
  });

  it('is refused with every place where it is wrong', () => {
    refuses(
      'models:\n  a:\n    version: 1\n    version: 2\n  a:\n    version: 3\n',
      '4] not readable as YAML: Map keys must be unique; mend the line',
      '5] model "a" is pinned in line 2 already; keep one of the two',
    );
  });
});

describe('what a mistake is about', () => {
  const kindsOf = (text: string) => collect(() => parsePins(text, FILE)).map(({ kind }) => kind);

  it.each([
    ['no YAML', 'models: [\n', 'pins'],
    ['a version that is none', 'models:\n  churn:\n    version: one\n', 'pins'],
    ['two models of one name', 'models:\n  churn:\n    version: 1\n  churn:\n    version: 2\n', 'sameName'],
  ])('is known of %s', (_, text, kind) => expect(new Set(kindsOf(text))).toEqual(new Set([kind])));
});

describe('an alias', () => {
  const repeats = (name: string) =>
    `] "*${name}" repeats another pin, so that neither could be changed alone; write the pin out`;

  it('is refused as a pin and as a version', () => {
    refuses('models:\n  a: &one\n    version: 7\n  b: *one\n', `4${repeats('one')}`);
    refuses('models:\n  a:\n    version: &v 7\n  b:\n    version: *v\n', `5${repeats('v')}`);
  });

  it('is refused if it stands for nothing or for itself', () => {
    refuses('models:\n  a: *nobody\n', `2${repeats('nobody')}`);
    refuses('models: &m\n  a: *m\n', `2${repeats('m')}`);
  });

  it('does not merge', () => {
    refuses(
      'models:\n  a:\n    <<: { version: 3 }\n',
      `2] models.a.version must be a whole number, got nothing; ${EXAMPLE}`,
      '3] unknown key "<<" below models.a; a pin has the keys version, digest, canary, shadow, signature, run and mlmodel',
    );
  });
});

describe('the wrong shape', () => {
  test.each([
    ['- churn', '1] the file must be a map with the key models, got ["churn"]'],
    ['churn', '1] the file must be a map with the key models, got "churn"'],
    ['7', '1] the file must be a map with the key models, got 7'],
    ['models: 7', '1] models must be a map from model names to versions, got 7'],
    ['models: [churn]', '1] models must be a map from model names to versions, got ["churn"]'],
    ['models:\n  churn:\n', '2] models.churn must be a map with a version, got null'],
    ['models:\n  churn: 7', '2] models.churn must be a map with a version, got 7'],
    ['models:\n  toString: 7', '2] models.toString must be a map with a version, got 7'],
    ['models:\n  churn: {}', '2] models.churn.version must be a whole number, got nothing'],
  ])('is refused: %j', (text, message) => {
    refuses(text, `${message}; ${EXAMPLE}`);
  });

  test.each([
    ['model:\n  churn: 1', `1] unknown key "model"; remove it, or ${EXAMPLE}`],
    ['models:\nteam: fraud\nx: 1', `2] unknown key "team", "x"; remove it, or ${EXAMPLE}`],
    ['__proto__: 1', `1] unknown key "__proto__"; remove it, or ${EXAMPLE}`],
    [
      'models:\n  churn:\n    version: 1\n    alias: champion',
      '4] unknown key "alias" below models.churn; a pin has the keys version, digest, canary, shadow, signature, run and mlmodel',
    ],
    [
      'models:\n  churn:\n    __proto__: 1\n    version: 1',
      '3] unknown key "__proto__" below models.churn; a pin has the keys version, digest, canary, shadow, signature, run and mlmodel',
    ],
  ])('is refused for its keys: %j', (text, message) => {
    refuses(text, message);
  });

  test.each(['__proto__', '"a b"', 'ünï', '-a', `${'x'.repeat(129)}`, '""'])('is refused for the name %s', name => {
    refuses(
      `models:\n  churn:\n    version: 1\n  ${name}:\n    version: 7\n`,
      `4] "${name.replaceAll('"', '')}" cannot name a model; use letters, digits, ".", "_" and "-", at most 128 of them`,
    );
  });
});

describe('a version', () => {
  test.each([
    ['"7"', 'must be a whole number, got "7"'],
    ['champion', 'must be a whole number, got "champion"'],
    ['1.5', 'must be a whole number, got 1.5'],
    ['true', 'must be a whole number, got true'],
    ['', 'must be a whole number, got null'],
    ['[7]', 'must be a whole number, got [7]'],
    ['99999999999999999999', 'must be a whole number, got 100000000000000000000'],
    ['0', 'must be 1 or greater, got 0'],
    ['-1', 'must be 1 or greater, got -1'],
  ])('may not be %s', (version, problem) => {
    refuses(`models:\n  churn:\n    version: ${version}\n`, `3] models.churn.version ${problem}; ${EXAMPLE}`);
  });

  test.each([
    ['012', 12],
    ['0x1', 1],
    ['0o17', 15],
    ['1.0', 1],
    ['1e1', 10],
    ['+7', 7],
  ])('may not be written as %s', (written, version) => {
    refuses(
      `models:\n  churn:\n    version: ${written}\n`,
      `2] the version of model "churn" must be a plain number, got "${written}"; write version: ${version}`,
    );
  });
});

test('every mistake of a file is told at once', () => {
  refuses(
    'models:\n  a b:\n    version: 1\n  a:\n    version: 0\n  b: 1\nteam: x\n',
    '2] "a b" cannot name a model; use letters, digits, ".", "_" and "-", at most 128 of them',
    `5] models.a.version must be 1 or greater, got 0; ${EXAMPLE}`,
    `6] models.b must be a map with a version, got 1; ${EXAMPLE}`,
    `7] unknown key "team"; remove it, or ${EXAMPLE}`,
  );
  refuses(
    'models:\n  a:\n    version: 0x1\n  b:\n    version: 02\n',
    '2] the version of model "a" must be a plain number, got "0x1"; write version: 1',
    '4] the version of model "b" must be a plain number, got "02"; write version: 2',
  );
});

describe('versions beside each other', () => {
  const DIGEST = `sha256:${'0a'.repeat(32)}`;
  const beside = (rest: string) => `models:\n  churn:\n    version: 7\n${rest}`;

  it('are a canary with its part of the requests, and a shadow', () => {
    const text = beside('    canary: { version: 8, percent: 5 }\n    shadow:\n      version: 9\n');
    expect(pinsOf(text)).toEqual([
      { name: 'churn', version: 7, line: 2, canary: { version: 8, percent: 5 }, shadow: { version: 9 } },
    ]);
  });

  it('may each have the digest of its files, and the first one a signature', () => {
    const signature = `signature: { inputs: '[{"type": "long"}]', outputs: ~ }`;
    const [pin] = pinsOf(
      beside(
        `    digest: ${DIGEST}\n    canary: { version: 8, percent: 5, digest: ${DIGEST} }\n` +
          `    shadow: { version: 9, digest: ${DIGEST} }\n    ${signature}\n`,
      ),
    );
    expect(pin).toMatchObject({
      digest: DIGEST,
      canary: { digest: DIGEST },
      shadow: { digest: DIGEST },
      signature: { inputs: '[{"type": "long"}]', outputs: null },
    });
  });

  it.each([1, 99])('may share requests by %d percent', percent => {
    expect(pinsOf(beside(`    canary: { version: 8, percent: ${percent} }`))[0]!.canary!.percent).toBe(percent);
  });

  const CANARY = 'write canary: { version: 8, percent: 5 }';
  test.each([
    ['canary: 8', `4] models.churn.canary must be a map with a version and a percent, got 8; ${CANARY}`],
    ['canary: ~', `4] models.churn.canary must be a map with a version and a percent, got null; ${CANARY}`],
    [
      'canary: { version: 8 }',
      `4] models.churn.canary.percent must be a whole number from 1 to 99, got nothing; ${CANARY}`,
    ],
    [
      'canary: { version: 8, percent: 5% }',
      `4] models.churn.canary.percent must be a whole number from 1 to 99, got "5%"; ${CANARY}`,
    ],
    ['canary: { percent: 5 }', `4] models.churn.canary.version must be a whole number, got nothing; ${CANARY}`],
    [
      'canary:\n      version: 8\n      percent: 5\n      weight: 5',
      '7] unknown key "weight" below models.churn.canary; a canary has the keys version, percent, digest, run and mlmodel',
    ],
    ['shadow: 9', '4] models.churn.shadow must be a map with a version, got 9; write shadow: { version: 9 }'],
    [
      'shadow: { version: 9, percent: 5 }',
      '4] unknown key "percent" below models.churn.shadow; a shadow has the keys version and digest',
    ],
    ['digest: 7', `4] models.churn.digest must be a text, got 7; ${EXAMPLE}`],
    [
      'digest: sha256:ab',
      '4] the digest of version 7 of model "churn" is no digest, got "sha256:ab"; use what `mlops digest <folder>` prints: sha256: and 64 digits from 0 to f, in lower case',
    ],
    [
      `canary:\n      version: 8\n      percent: 5\n      digest: ${DIGEST.toUpperCase()}`,
      `7] the digest of version 8 of model "churn" is no digest, got "${DIGEST.toUpperCase()}"; use what \`mlops digest <folder>\` prints: sha256: and 64 digits from 0 to f, in lower case`,
    ],
    [
      'signature: [long]',
      `4] models.churn.signature must be a map with inputs, outputs and params, got ["long"]; copy what stands below signature in the model's file MLmodel`,
    ],
    [
      'signature: { input: "[]" }',
      '4] unknown key "input" below models.churn.signature; a signature has the keys inputs, outputs and params',
    ],
    [
      'signature:\n      outputs: "[]"',
      "4] the signature cannot be read: it has no inputs; copy what stands below signature in the model's file MLmodel",
    ],
  ])('are refused: %s', (line, message) => {
    refuses(beside(`    ${line}\n`), message);
  });

  test.each([0, 100, -5, 2.5, 101])('may not share requests by %d percent', percent => {
    refuses(
      beside(`    canary:\n      version: 8\n      percent: ${percent}\n`),
      `6] the percent of the canary of model "churn" must be a whole number from 1 to 99, got ${percent}; ` +
        'write a part such as 5; at 100 the canary is the version, so change version and remove canary',
    );
  });

  test.each([
    ['    canary:\n      version: 7\n      percent: 5\n', 'canary'],
    ['    shadow:\n      version: 7\n', 'shadow'],
  ])('are two versions', (rest, kind) => {
    refuses(
      beside(rest),
      `5] the ${kind} of model "churn" has version 7, which it is compared with; name another version, or remove the ${kind}`,
    );
  });

  test.each([
    ['    canary:\n      version: 0x8\n      percent: 5\n', 'canary.version', '0x8', 'version: 8', 5],
    ['    canary:\n      version: 8\n      percent: 5.0\n', 'canary.percent', '5.0', 'percent: 5', 6],
    ['    shadow:\n      version: +9\n', 'shadow.version', '+9', 'version: 9', 5],
  ])('have their numbers in plain digits', (rest, key, written, remedy, line) => {
    refuses(
      beside(rest),
      `${line}] the ${key} of model "churn" must be a plain number, got "${written}"; write ${remedy}`,
    );
  });
});
