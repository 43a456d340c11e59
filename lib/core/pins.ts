import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { isModelDigest } from './model-digest';
import { isModelName, modelMistakes, type ServedModel } from './model-version';
import { allAbout, attempt, PlatformError, PlatformErrors } from './platform-error';
import { readYaml, refuse, valueAt, type YamlFile } from './yaml-file';

/** The pinned model versions of one team in one environment, as `environments/<environment>/<team>.yaml` holds them. */
export interface Pins {
  /** Where the pins were read. */
  readonly file: string;
  /** The pinned version of each model, by the model's name. */
  readonly models: ReadonlyMap<string, Pin>;
}

/** Whether a file system or a person could take one name for the other: they differ in capitals alone. */
export const namesAlike = (name: string, other: string): boolean =>
  name !== other && name.toLowerCase() === other.toLowerCase();

/** What is pinned of one model, and the line at which that begins. */
export interface Pin extends ServedModel, Origin {
  readonly canary?: NonNullable<ServedModel['canary']> & Origin;
  readonly line: number;
}

/** Where a pinned version came from, as its promotion recorded it. */
export interface Origin {
  /** The run that made it. */
  readonly run?: string;
  /** SHA-256 of its file `MLmodel`, `sha256:…`. */
  readonly mlmodel?: string;
}

const EXAMPLE = 'write\n  models:\n    churn:\n      version: 7';
/** What each part of a pin may hold, in words and as an example. */
const PARTS: Readonly<Record<string, readonly [keys: string, example: string]>> = {
  canary: [
    'a canary has the keys version, percent, digest, run and mlmodel',
    'write canary: { version: 8, percent: 5 }',
  ],
  shadow: ['a shadow has the keys version and digest', 'write shadow: { version: 9 }'],
  signature: [
    'a signature has the keys inputs, outputs and params',
    "copy what stands below signature in the model's file MLmodel",
  ],
};
const PIN_KEYS = 'a pin has the keys version, digest, canary, shadow, signature, run and mlmodel';

const version = z.int('must be a whole number').min(1, 'must be 1 or greater');
const text = z.string('must be a text');
const origin = {
  run: text.regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the id of a run').optional(),
  mlmodel: text.refine(isModelDigest, 'must be sha256: and 64 digits from 0 to f').optional(),
};
const pin = z.strictObject(
  {
    version,
    digest: text.optional(),
    ...origin,
    canary: z
      .strictObject(
        { version, percent: z.number('must be a whole number from 1 to 99'), digest: text.optional(), ...origin },
        'must be a map with a version and a percent',
      )
      .optional(),
    shadow: z.strictObject({ version, digest: text.optional() }, 'must be a map with a version').optional(),
    signature: z
      .strictObject(
        { inputs: text.nullish(), outputs: text.nullish(), params: text.nullish() },
        'must be a map with inputs, outputs and params',
      )
      .optional(),
  },
  'must be a map with a version',
);
const pinFile = z.strictObject(
  { models: z.record(z.string(), pin, 'must be a map from model names to versions').nullish() },
  'must be a map with the key models',
);

/**
 * Reads a pin file.
 *
 * @param text the file's content; an empty file pins nothing
 * @param file its name, for messages
 * @throws PlatformErrors with file and line of every mistake: YAML that cannot be read, aliases, unknown keys, versions
 * that are not whole numbers, names that MLflow or Kubernetes would not take, versions that cannot be beside each other
 */
export const parsePins = (text: string, file: string): Pins =>
  text === '' ? { file, models: new Map() } : allAbout('pins', () => parsed(text, file));

function parsed(text: string, file: string): Pins {
  const { document, content, lineOf } = read(text, file);
  const checked = pinFile.safeParse(content);
  refuse([
    ...misnamed(content).map(
      name =>
        new PlatformError(
          `${file}:${lineOf(['models', name])}`,
          `"${name}" cannot name a model`,
          'use letters, digits, ".", "_" and "-", at most 128 of them',
        ),
    ),
    ...(checked.error?.issues ?? []).map(issue => schemaError(issue, file, lineOf, content)),
  ]);
  const pins = Object.entries(checked.data?.models ?? {}).map(([name, model]): Pin => {
    return { name, ...model, line: lineOf(['models', name]) };
  });
  refuse(
    pins.flatMap(pin => [
      ...notation(document, pin, file, lineOf),
      ...modelMistakes(pin).map(
        ({ path, problem, remedy }) =>
          new PlatformError(`${file}:${lineOf(['models', pin.name, ...path])}`, problem, remedy),
      ),
    ]),
  );
  return { file, models: new Map(pins.map(pin => [pin.name, pin])) };
}

/** The file as YAML, which takes no key twice; of a model that is told in our words. */
function read(text: string, file: string): YamlFile {
  const { result, mistakes } = attempt(() => readYaml(text, file, 'pin'));
  if (mistakes !== undefined) {
    const twice = new Map(pinnedTwice(text, file).map(one => [one.where, one]));
    throw new PlatformErrors(mistakes.map(mistake => twice.get(mistake.where) ?? mistake));
  }
  return result;
}

/** Models that are pinned more than once. */
function pinnedTwice(text: string, file: string): PlatformError[] {
  const lines = new LineCounter();
  const models = parseDocument(text, { lineCounter: lines, stringKeys: true, uniqueKeys: false }).get('models');
  const names = (isMap(models) ? models.items : []).flatMap(({ key }) =>
    isScalar(key) && key.range ? [{ name: String(key.value), line: lines.linePos(key.range[0]).line }] : [],
  );
  return names.flatMap(({ name, line }, index) => {
    const first = names.findIndex(one => one.name === name);
    return first === index
      ? []
      : [
          new PlatformError(
            `${file}:${line}`,
            `model "${name}" is pinned in line ${names[first]!.line} already`,
            'keep one of the two',
            'sameName',
          ),
        ];
  });
}

/** Names that are none; looked for before the schema is applied, because zod skips a key `__proto__`. */
function misnamed(content: unknown): string[] {
  const { models } = content as { models?: unknown };
  const names = typeof models === 'object' && !Array.isArray(models) ? Object.keys(models ?? {}) : [];
  return names.filter(name => !isModelName(name));
}

/** Numbers are written in digits alone, so that a person, Git and every YAML reader see the same ones. */
function notation(
  document: Document,
  { name, canary, shadow, ...stable }: Pin,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number,
): PlatformError[] {
  const numbers: [string, string[], number | undefined][] = [
    ['version', ['version'], stable.version],
    ['canary.version', ['canary', 'version'], canary?.version],
    ['canary.percent', ['canary', 'percent'], canary?.percent],
    ['shadow.version', ['shadow', 'version'], shadow?.version],
  ];
  return numbers.flatMap(([key, below, number]) => {
    const path = ['models', name, ...below];
    const written = document.getIn(path, true);
    const source = isScalar(written) ? written.source : undefined;
    return number === undefined || source === `${number}`
      ? []
      : [
          new PlatformError(
            `${file}:${below.length > 1 ? lineOf(path) : stable.line}`,
            `the ${key} of model "${name}" must be a plain number, got "${source}"`,
            `write ${below.at(-1)}: ${number}`,
          ),
        ];
  });
}

function schemaError(
  issue: z.core.$ZodIssue,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number,
  content: unknown,
): PlatformError {
  const [keys, example] = PARTS[String(issue.path[2])] ?? [PIN_KEYS, EXAMPLE];
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]!];
    return new PlatformError(
      `${file}:${lineOf(path)}`,
      `unknown key "${issue.keys.join('", "')}"${issue.path.length > 0 ? ` below ${issue.path.join('.')}` : ''}`,
      issue.path.length > 0 ? keys : `remove it, or ${EXAMPLE}`,
    );
  }
  const place = issue.path.length > 0 ? issue.path.join('.') : 'the file';
  return new PlatformError(
    `${file}:${lineOf(issue.path)}`,
    `${place} ${issue.message}, got ${JSON.stringify(valueAt(content, issue.path)) ?? 'nothing'}`,
    example,
  );
}

/** What of a pin is served; the rest says where that came from. */
export function servedModel({ name, version, digest, canary, shadow, signature }: Pin): ServedModel {
  const { run: _run, mlmodel: _mlmodel, ...beside } = canary ?? {};
  return {
    name,
    version,
    ...(digest !== undefined && { digest }),
    ...(canary && { canary: beside as NonNullable<ServedModel['canary']> }),
    ...(shadow && { shadow }),
    ...(signature && { signature }),
  };
}
