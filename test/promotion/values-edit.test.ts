import { parse } from 'yaml';
import { editValues, type ReleaseValues } from '../../lib/promotion/values-edit';

const FILE = 'releases/production/churn.yaml';
const CHURN: ReleaseValues = { file: FILE, part: undefined, name: 'churn' };
const VALUES = `# of the team fraud
image: { tag: "3.17.2" }   # not the model's version
replicas: 7

model:
    name: churn
    version: 7  # since May
source:
    kind: registry
    registry: { host: mlflow }
`;

describe('values of a release', () => {
  it('get another version, and no other byte', () => {
    expect(editValues(VALUES, CHURN, 12)).toBe(VALUES.replace('version: 7 ', 'version: 12 '));
    const windows = VALUES.replaceAll('\n', '\r\n');
    expect(editValues(windows, CHURN, 12)).toBe(windows.replace('version: 7 ', 'version: 12 '));
  });

  it('are refused in another encoding, whose bytes would change', () => {
    const latin1 = Buffer.from(`# café\n${VALUES}`, 'latin1').toString('utf8');
    expect(() => editValues(latin1, CHURN, 12)).toThrow(`[${FILE}] the file is not UTF-8`);
  });

  it('stay as they are if they have it', () => {
    expect(editValues(VALUES, CHURN, 7)).toBe(VALUES);
  });

  it.each([
    ['objectStore', 'objectPath: models/churn/7', 'objectPath: models/churn/12'],
    ['objectStore', "objectPath: 'churn/7' # here", "objectPath: 'churn/12' # here"],
    ['volume', 'volume: { claimName: m7, path: "churn/7" }', 'volume: { claimName: m7, path: "churn/12" }'],
  ])('of kind %s get the path of that version: %s', (kind, before, after) => {
    const text = `source:\n  kind: ${kind}\n  ${before}\nmodel: { version: 7, name: churn }\n`;
    expect(editValues(text, CHURN, 12)).toBe(
      `source:\n  kind: ${kind}\n  ${after}\nmodel: { version: 12, name: churn }\n`,
    );
  });

  it('can be those of a part of a chart', () => {
    const text = `web:\n  ${VALUES.replaceAll('\n', '\n  ')}\nmodel: { name: web, version: 7 }\n`;
    const edited = editValues(text, { ...CHURN, part: 'web' }, 8);
    expect(parse(edited)).toMatchObject({
      web: { model: { version: 8 }, replicas: 7 },
      model: { name: 'web', version: 7 },
    });
  });

  it.each([
    [
      'no file',
      undefined,
      `[${FILE}] there is no such file, in which promotion.yaml expects the Helm values of "churn"; write it, with model: { name: churn, version: 8 } and whatever else the release needs`,
    ],
    ['what is no YAML', 'model: [', `[${FILE}:1] not readable as YAML: Flow sequence`],
    ['several documents', `${VALUES}---\na: 1\n`, 'the file holds more than one document'],
    [
      'values that repeat others',
      VALUES.replace('name: churn', 'name: &name churn').replace('host: mlflow', 'host: *name'),
      '"*name" repeats another value, so that neither could be changed alone; write the value out',
    ],
    [
      'nothing',
      '',
      `[${FILE}:1] these are the Helm values of model nothing, not of "churn"; write model: { name: churn, version: 8 }, or name another file in promotion.yaml`,
    ],
    [
      'another model',
      VALUES.replace('churn', 'prices'),
      `[${FILE}:6] these are the Helm values of model "prices", not of "churn"; `,
    ],
    [
      'a text as version',
      VALUES.replace('version: 7', 'version: "7"'),
      `[${FILE}:7] model.version must be a whole number, got "7"; write model: { name: churn, version: 8 }`,
    ],
    [
      'no version',
      VALUES.replace('    version: 7', '#'),
      `[${FILE}:5] model.version must be a whole number, got nothing; `,
    ],
    [
      'a model in the image',
      'model: { name: churn, version: 7 }\n',
      `[${FILE}:1] source.kind is image, so every version would be the same files; let the release get the model from a registry, an objectStore or a volume`,
    ],
    [
      'a source that nobody knows',
      'model: { name: churn, version: 7 }\nsource: { kind: constructor }\n',
      `[${FILE}:2] source.kind is "constructor", so every version would be the same files; `,
    ],
    [
      'one path for all versions',
      'model: { name: churn, version: 7 }\nsource: { kind: objectStore, objectPath: churn/17 }\n',
      `[${FILE}:2] source.objectPath is "churn/17", which does not end with the version; lay each version into a folder of its own, and write the path as churn/7`,
    ],
    [
      'a path in lines of its own',
      'model: { name: churn, version: 7 }\nsource:\n  kind: objectStore\n  objectPath: |-\n    churn/7\n  x: 1\n',
      `[${FILE}:1] the version cannot be changed alone; write it plainly, in the line of its key`,
    ],
  ])('are refused if there is %s', (_what, text, message) => {
    expect(() => editValues(text, CHURN, 8)).toThrow(message);
  });
});
