import { isScalar, LineCounter, parseDocument, visit, type Alias, type Document, type Node } from 'yaml';
import { PlatformError, PlatformErrors } from './platform-error';

/** A file of YAML that people write and programs check: its content, and the line of everything in it. */
export interface YamlFile {
  readonly document: Document;
  readonly content: unknown;
  /** The line at which the value at a path, or else its nearest parent, begins. */
  lineOf(path: readonly PropertyKey[]): number;
}

/**
 * Reads one document of YAML.
 *
 * @param file its name, for messages
 * @param noun what the file has several of, for the message that refuses an alias ("*name")
 * @throws PlatformErrors with the line of whatever cannot be read, and of every alias
 */
export function readYaml(text: string, file: string, noun: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const lineAt = (position: number) => lines.linePos(position).line;
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
          `"*${alias.source}" repeats another ${noun}, so that neither could be changed alone`,
          `write the ${noun} out`,
        ),
    ),
  );
  return { document, content: document.toJS() ?? {}, lineOf: path => lineAt(offset(document, path)) };
}

/** Throws what was found, if anything was. */
export function refuse(mistakes: readonly PlatformError[]): void {
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

/** The value at a path; undefined if there is none. */
export function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], content);
}

function aliases(document: Document): Alias[] {
  const found: Alias[] = [];
  visit(document, { Alias: (_key, alias) => void found.push(alias) });
  return found;
}

/** Where in the text the value at the path, or else its nearest parent, begins. */
export function offset(document: Document, path: readonly PropertyKey[]): number {
  const parent = document.getIn(path.slice(0, -1), true) as { items?: { key?: Node }[] } | undefined;
  const key = parent?.items?.find(pair => isScalar(pair.key) && pair.key.value === path.at(-1))?.key;
  const node = key ?? (document.getIn(path, true) as Node | undefined);
  return node?.range?.[0] ?? (path.length > 0 ? offset(document, path.slice(0, -1)) : 0);
}
