import { isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml';
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

const pinFile = z.strictObject({
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
});

/**
 * Reads a pin file.
 *
 * @param text the file's content; an empty file pins nothing
 * @param file its name, for messages
 * @throws PlatformErrors with file and line of every mistake: YAML that cannot be read, unknown keys, versions that
 * are not whole numbers, names that MLflow or Kubernetes would not take
 */
export function parsePins(text: string, file: string): Pins {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes = [...document.errors, ...document.warnings].map(
    error =>
      new PlatformError(
        `${file}:${lines.linePos(error.pos[0]).line}`,
        `not readable as YAML: ${error.message}`,
        'mend the line',
      ),
  );
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offset(document, path)).line;
  const content = pinFile.safeParse(document.toJS() ?? {});
  if (!content.success) {
    throw new PlatformErrors(content.error.issues.map(issue => schemaError(issue, file, lineOf, document.toJS())));
  }
  const models = new Map<string, Pin>();
  for (const [name, { version }] of Object.entries(content.data.models ?? {})) {
    const line = lineOf(['models', name]);
    if (!isModelName(name)) {
      throw new PlatformErrors([
        new PlatformError(
          `${file}:${line}`,
          `"${name}" cannot name a model`,
          'use letters, digits, ".", "_" and "-", at most 128 of them',
        ),
      ]);
    }
    const written = document.getIn(['models', name, 'version'], true);
    if (isScalar(written) && written.source !== `${version}`) {
      throw new PlatformErrors([
        new PlatformError(
          `${file}:${line}`,
          `the version of model "${name}" must be a plain number, got "${written.source}"`,
          `write version: ${version}`,
        ),
      ]);
    }
    models.set(name, { name, version, line });
  }
  return { file, models };
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
