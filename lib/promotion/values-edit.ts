import { isDeepStrictEqual } from 'node:util';
import { isScalar, parseDocument, type Document } from 'yaml';
import { PlatformError } from '../core/platform-error';
import { readYaml } from '../core/yaml-file';
import { plainText } from './plain-text';

/** The values of the Helm release that serves a model. */
export interface ReleaseValues {
  readonly file: string;
  /** The key below which they are, in the values of a chart that brings model-api along. */
  readonly part: string | undefined;
  /** Name of the model, by which the chart loads it. */
  readonly name: string;
}

/** A value that changes: where it is, and what of it is replaced. */
interface Edit {
  readonly path: readonly string[];
  readonly from: RegExp;
  readonly to: unknown;
}

/** Where the chart model-api is told the path of a model, by the kind of its source. */
const PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['objectStore', ['source', 'objectPath']],
  ['volume', ['source', 'volume', 'path']],
]);

/**
 * The text of a file of values with another version of the model. Every other byte stays.
 *
 * @param text undefined if there is no such file
 * @throws PlatformErrors if it holds the values of something else, or the version could not be changed alone
 */
export function editValues(text: string | undefined, { file, part, name }: ReleaseValues, version: number): string {
  const shownFile = plainText(file);
  const example = `model: { name: ${name}, version: ${version} }`;
  if (text === undefined) {
    throw new PlatformError(
      shownFile,
      `there is no such file, in which promotion.yaml expects the Helm values of "${name}"`,
      `write it, with ${example} and whatever else the release needs`,
    );
  }
  if (text.includes('\uFFFD')) {
    throw new PlatformError(shownFile, 'the file is not UTF-8', 'convert it, so that no byte changes by being read');
  }
  const { document, lineOf } = readYaml(text, shownFile, 'value');
  const below = part === undefined ? [] : [part];
  const at = (...path: string[]) => document.getIn([...below, ...path]);
  const mistake = (path: readonly string[], problem: string, remedy: string) =>
    new PlatformError(`${shownFile}:${lineOf([...below, ...path])}`, problem, remedy);
  if (at('model', 'name') !== name) {
    throw mistake(
      ['model', 'name'],
      `these are the Helm values of model ${shown(at('model', 'name'))}, not of "${name}"`,
      `write ${example}${part === undefined ? '' : ` below ${part}`}, or name another file in promotion.yaml`,
    );
  }
  const old = at('model', 'version');
  if (!Number.isInteger(old)) {
    throw mistake(['model', 'version'], `model.version must be a whole number, got ${shown(old)}`, `write ${example}`);
  }
  const kind = String(at('source', 'kind') ?? 'image');
  const path = PATHS.get(kind);
  if (path === undefined && kind !== 'registry') {
    throw mistake(
      ['source', 'kind'],
      `source.kind is ${kind === 'image' ? 'image' : shown(kind)}, so every version would be the same files`,
      'let the release get the model from a registry, an objectStore or a volume',
    );
  }
  const edits: Edit[] = [{ path: [...below, 'model', 'version'], from: new RegExp(`^${String(old)}$`), to: version }];
  if (path) {
    const place = at(...path);
    const folder = typeof place === 'string' ? /^(.*\/)?\d+$/.exec(place)?.[1] : undefined;
    if (folder === undefined || place !== `${folder}${String(old)}`) {
      throw mistake(
        path,
        `${path.join('.')} is ${shown(place)}, which does not end with the version`,
        `lay each version into a folder of its own, and write the path as ${name}/${String(old)}`,
      );
    }
    const from = new RegExp(`${String(old)}(?=["']?$)`);
    edits.push({ path: [...below, ...path], from, to: `${folder}${version}` });
  }
  const edited = replaced(text, document, edits, version);
  edits.forEach(({ path, to }) => document.setIn(path, to));
  if (!isDeepStrictEqual(parseDocument(edited, { stringKeys: true }).toJS(), document.toJS())) {
    throw mistake(['model'], 'the version cannot be changed alone', 'write it plainly, in the line of its key');
  }
  return edited;
}

/** From the end of the text, so that what comes before stays where it is. */
function replaced(text: string, document: Document, edits: readonly Edit[], version: number): string {
  return edits
    .flatMap(({ path, from }) => {
      const node = document.getIn(path, true);
      return isScalar(node) && node.range ? [{ from, begin: node.range[0], end: node.range[1] }] : [];
    })
    .sort((one, other) => other.begin - one.begin)
    .reduce(
      (left, { from, begin, end }) =>
        left.slice(0, begin) + left.slice(begin, end).replace(from, `${version}`) + left.slice(end),
      text,
    );
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? 'nothing' : plainText(JSON.stringify(value));
