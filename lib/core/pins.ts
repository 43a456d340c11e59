import { isScalar, LineCounter, parseDocument, visit, type Alias, type Document, type Node } from 'yaml';
import { z } from 'zod';
import { isModelName, type ModelVersion } from './model-version';
import { PlatformError, PlatformErrors } from './platform-error';

/** The pinned model versions of one team in one environment, as `environments/<environment>/<team>.yaml` holds them. */
export interface Pins {
  /** Where the pins were read. */
  readonly file: string;
  /** The pinned version of each model, by the model's name. */
  readonly models: ReadonlyMap<string, Pin>;
}

/** One pinned version and the line that pins it. */
export interface Pin extends ModelVersion {
  readonly line: number;
}

const EXAMPLE = 'write\n  models:\n    churn:\n      version: 7';

const pinFile = z.strictObject(
  {
    models: z
      .record(
        z.string(),
        z.strictObject(
          { version: z.int('must be a whole number').min(1, 'must be 1 or greater') },
          'must be a map with a version',
        ),
        'must be a map from model names to versions',
      )
      .nullish(),
  },
  'must be a map with the key models',
);

/**
 * Reads a pin file.
 *
 * @param text the file's content; an empty file pins nothing
 * @param file its name, for messages
 * @throws PlatformErrors with file and line of every mistake: YAML that cannot be read, aliases, unknown keys, versions
 * that are not whole numbers, names that MLflow or Kubernetes would not take
 */
export function parsePins(text: string, file: string): Pins {
  if (text === '') {
    return { file, models: new Map() };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (position: number) => lines.linePos(position).line;
  const lineOf = (path: readonly PropertyKey[]) => lineAt(offset(document, path));
  refuse(
    [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
      const why = code === 'MULTIPLE_DOCS' ? 'the file holds more than one document' : message;
      return new PlatformError(`${file}:${lineAt(pos[0])}`, `not readable as YAML: ${why}`, 'mend the line');
    }),
  );
  refuse(
    aliases(document).map(
      alias =>
        new PlatformError(
          `${file}:${lineAt(alias.range![0])}`,
          `"*${alias.source}" repeats another pin, so that neither could be changed alone`,
          'write the pin out',
        ),
    ),
  );

  const content: unknown = document.toJS() ?? {};
  const parsed = pinFile.safeParse(content);
  refuse([
    ...misnamed(content).map(
      name =>
        new PlatformError(
          `${file}:${lineOf(['models', name])}`,
          `"${name}" cannot name a model`,
          'use letters, digits, ".", "_" and "-", at most 128 of them',
        ),
    ),
    ...(parsed.error?.issues ?? []).map(issue => schemaError(issue, file, lineOf, content)),
  ]);
  const pins = Object.entries(parsed.data?.models ?? {}).map(([name, { version }]): Pin => {
    return { name, version, line: lineOf(['models', name]) };
  });
  refuse(pins.flatMap(pin => notation(document, pin, file)));
  return { file, models: new Map(pins.map(pin => [pin.name, pin])) };
}

function refuse(mistakes: readonly PlatformError[]): void {
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

function aliases(document: Document): Alias[] {
  const found: Alias[] = [];
  visit(document, { Alias: (_key, alias) => void found.push(alias) });
  return found;
}

/** Names that are none; looked for before the schema is applied, because zod skips a key `__proto__`. */
function misnamed(content: unknown): string[] {
  const { models } = content as { models?: unknown };
  const names = typeof models === 'object' && !Array.isArray(models) ? Object.keys(models ?? {}) : [];
  return names.filter(name => !isModelName(name));
}

/** A version is written in digits alone, so that a person, Git and every YAML reader see the same number. */
function notation(document: Document, { name, version, line }: Pin, file: string): PlatformError[] {
  const written = document.getIn(['models', name, 'version'], true);
  const source = isScalar(written) ? written.source : undefined;
  return source === `${version}`
    ? []
    : [
        new PlatformError(
          `${file}:${line}`,
          `the version of model "${name}" must be a plain number, got "${source}"`,
          `write version: ${version}`,
        ),
      ];
}

function schemaError(
  issue: z.core.$ZodIssue,
  file: string,
  lineOf: (path: readonly PropertyKey[]) => number,
  content: unknown,
): PlatformError {
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]!];
    return new PlatformError(
      `${file}:${lineOf(path)}`,
      `unknown key "${issue.keys.join('", "')}"${issue.path.length > 0 ? ` below ${issue.path.join('.')}` : ''}`,
      issue.path.length > 0 ? 'a pin has the key version' : `remove it, or ${EXAMPLE}`,
    );
  }
  const place = issue.path.length > 0 ? issue.path.join('.') : 'the file';
  return new PlatformError(
    `${file}:${lineOf(issue.path)}`,
    `${place} ${issue.message}, got ${JSON.stringify(valueAt(content, issue.path)) ?? 'nothing'}`,
    EXAMPLE,
  );
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], content);
}

/** Where in the text the value at the path, or else its nearest parent, begins. */
function offset(document: Document, path: readonly PropertyKey[]): number {
  const parent = document.getIn(path.slice(0, -1), true) as { items?: { key?: Node }[] } | undefined;
  const key = parent?.items?.find(pair => isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
  const node = key ?? (document.getIn(path, true) as Node | undefined);
  return node?.range?.[0] ?? (path.length > 0 ? offset(document, path.slice(0, -1)) : 0);
}
