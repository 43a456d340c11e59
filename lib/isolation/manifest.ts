import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type Alias,
  type Document,
  type Node,
  type Tags,
  visit,
  type YAMLMap,
} from 'yaml';
import { PlatformError } from '../core/platform-error';
import { offset } from '../core/yaml-file';
import type { SourcedObject } from './cluster';
import { type Path, textOf } from './field';

/** What a file of manifests holds, and what is wrong with it. */
export interface Manifest {
  readonly objects: readonly SourcedObject[];
  readonly mistakes: readonly PlatformError[];
}

/** Between two documents; no text of YAML can have such a line in it. */
const SEPARATOR = /^(?=---(?:[ \t\r]|$))/m;
/** Separators alone hold nothing. */
const EMPTY = /^(---)?\s*$/;
/** How often aliases may repeat something, in sum: more often than by hand, less often than by an attack. */
const REPETITIONS = 1000;

/**
 * Reads manifests in YAML, of which JSON is a part, as kubectl does: with the words for true and false of YAML 1.1.
 *
 * @param file its name, for messages
 */
export function readManifest(file: string, text: string): Manifest {
  const objects: SourcedObject[] = [];
  const mistakes: PlatformError[] = [];
  let line = 1;
  for (const part of text.replace(/^\uFEFF/, '').split(SEPARATOR)) {
    try {
      objects.push(...(EMPTY.test(part) ? [] : new Part(file, part, line).objects()));
    } catch (error) {
      if (!(error instanceof PlatformError)) {
        throw error;
      }
      mistakes.push(error);
    }
    line += part.split('\n').length - 1;
  }
  return { objects, mistakes };
}

const TOO_DEEP = 'lists or maps are nested too deeply';

/** One document of a file. */
class Part {
  private isJson = false;
  private parsed: { readonly document: Document; readonly lines: LineCounter } | undefined;

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly firstLine: number,
  ) {}

  public objects(): SourcedObject[] {
    if (/^---[ \t]+[^#\s]/.test(this.text)) {
      throw new PlatformError(
        `${this.file}:${this.firstLine}`,
        'kubectl refuses what stands in one line with "---"',
        'begin another line after it',
      );
    }
    const found = this.objectsIn(this.json() ?? this.content(), []);
    // Looked up again only for what is wrong: syntax trees are large.
    this.parsed = undefined;
    return found;
  }

  /** JSON is read many times faster by itself; what is none may still be YAML. */
  private json(): object | undefined {
    if (!/^\s*\{/.test(this.text)) {
      return undefined;
    }
    try {
      this.isJson = true;
      return JSON.parse(this.text) as object;
    } catch {
      this.isJson = false;
      return undefined;
    }
  }

  private content(): unknown {
    try {
      const { document } = this.read();
      const anchors = new Set<string>();
      const known = ({ anchor }: { anchor?: string }) => void (anchor !== undefined && anchors.add(anchor));
      visit(document, {
        Map: (_key, map) => {
          known(map);
          this.refuseTwins(map.items.map(({ key }) => key));
          this.refuseLateMerge(map, document);
        },
        Seq: (_key, list) => known(list),
        Scalar: (_key, scalar) => known(scalar),
        Alias: (_key, alias, path) => this.refuseAlias(alias, anchors, path as readonly Node[]),
      });
      return document.toJS({ maxAliasCount: REPETITIONS });
    } catch (error) {
      if (error instanceof RangeError) {
        throw this.refuse(0, TOO_DEEP, 'leave the file out if it holds no manifests');
      }
      if (error instanceof ReferenceError) {
        throw this.refuse(0, `aliases repeat things more than ${REPETITIONS} times`, 'write them out');
      }
      throw error;
    }
  }

  /** An object, or those of a List. */
  private objectsIn(content: unknown, path: Path): SourcedObject[] {
    if (content === null || content === undefined) {
      return [];
    }
    const { apiVersion, kind, items } = content as Record<string, unknown>;
    const source = this.isJson ? this.placeInJson(path) : this.sourceOf(path);
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') {
      const missing = typeof kind === 'string' ? 'apiVersion' : 'kind';
      throw new PlatformError(
        source,
        `${textOf(content)} is no Kubernetes object: it has no ${missing}`,
        'leave the file out; what has to be rendered, by "helm template" or "kubectl kustomize", give as it comes out: -',
      );
    }
    if (apiVersion.startsWith('kustomize.config.k8s.io/')) {
      throw new PlatformError(
        source,
        `a ${kind} says how other files are changed, and they are not what is deployed`,
        'run "kubectl kustomize <folder>", and give what it prints: -',
      );
    }
    // Whatever its kind, as for kubectl.
    if (Array.isArray(items)) {
      return items.flatMap((item, index) => this.objectsIn(item, [...path, 'items', index]));
    }
    return [{ source, sourceOf: inner => this.sourceOf([...path, ...inner]), object: content }];
  }

  /** Its lines would take far longer to find than all of its objects to be read. */
  private placeInJson(path: Path): string {
    return path.length === 0 ? `${this.file}:${this.firstLine}` : `${this.file}: items[${path.at(-1)}]`;
  }

  private sourceOf(path: Path): string {
    const { document } = this.read();
    return this.at(offset(document, path) || (document.contents?.range?.[0] ?? 0));
  }

  private refuseTwins(keys: readonly unknown[]): void {
    const known = new Set<unknown>();
    for (const key of keys) {
      const name = nameOf(key);
      if (known.has(name) && name !== '<<') {
        throw this.refuse((key as Node).range![0], `"${String(name)}" is there twice`, 'remove one of them');
      }
      known.add(name);
    }
  }

  /** Of a key that a map has and also merges, kubectl takes what comes last, others what the map has itself. */
  private refuseLateMerge(map: YAMLMap, document: Document): void {
    const before = new Set<unknown>();
    for (const { key, value } of map.items) {
      const names = isMerge(key) ? mergedKeys(value, document) : [nameOf(key)];
      const late = isMerge(key) ? names.find(name => before.has(name)) : undefined;
      if (late !== undefined) {
        const problem = `"${String(late)}" comes before a "<<" that has it too, which kubectl takes instead`;
        throw this.refuse((key as Node).range![0], problem, 'move "<<" to the beginning of its map');
      }
      names.forEach(name => before.add(name));
    }
  }

  private refuseAlias(alias: Alias, anchors: ReadonlySet<string>, path: readonly Node[]): void {
    if (!anchors.has(alias.source)) {
      throw this.refuse(
        alias.range![0],
        `"*${alias.source}" repeats what is not there`,
        `write "&${alias.source}" before it`,
      );
    }
    if (path.some(node => !isAlias(node) && 'anchor' in node && node.anchor === alias.source)) {
      throw this.refuse(alias.range![0], `"*${alias.source}" is a part of itself`, 'write out what is meant');
    }
  }

  private refuse(position: number, problem: string, remedy: string): PlatformError {
    return new PlatformError(this.at(position), problem, remedy);
  }

  private at(position: number, lines = this.read().lines): string {
    return `${this.file}:${lines.linePos(position).line + this.firstLine - 1}`;
  }

  private read() {
    this.parsed ??= this.parse();
    return this.parsed;
  }

  private parse() {
    const lines = new LineCounter();
    let first: PlatformError | undefined;
    const refuse: OnError = (position, why) => {
      // What is thrown comes back as an error of each node around it.
      first ??= /call stack/.test(why)
        ? new PlatformError(this.at(position, lines), TOO_DEEP, 'leave the file out if it holds no manifests')
        : new PlatformError(this.at(position, lines), `not readable as YAML: ${why}`, 'mend the line');
      throw first;
    };
    const tokens = new Parser(lines.addNewLine).parse(this.text);
    const [document, next] = new FirstErrorComposer(refuse).compose(tokens, true, this.text.length);
    if (next !== undefined) {
      refuse(next.range[0], 'a document ends, and the next begins without "---"');
    }
    return { document: document as Document, lines };
  }
}

const nameOf = (key: unknown): unknown => (isScalar(key) ? key.value : key);

const isMerge = (key: unknown): boolean => nameOf(key) === '<<';

/** The keys that a "<<" brings: of a map, or of each one in a list. */
function mergedKeys(node: unknown, document: Document): unknown[] {
  const value = isAlias(node) ? node.resolve(document) : node;
  if (isSeq(value)) {
    return value.items.flatMap(item => mergedKeys(item, document));
  }
  return isMap(value)
    ? value.items.flatMap(item => (isMerge(item.key) ? mergedKeys(item.value, document) : [nameOf(item.key)]))
    : [];
}

type OnError = (position: number, why: string) => void;

/** Stops at the first error: to collect those of a file that is no YAML takes time with the square of its length. */
class FirstErrorComposer extends Composer {
  constructor(onError: OnError) {
    super({
      version: '1.1',
      customTags: likeKubectl,
      stringKeys: true,
      // Ours takes no time that grows with the square of the keys.
      uniqueKeys: false,
    });
    const first = (
      at: number | readonly [number, number] | { offset: number },
      _code: string,
      why: string,
      warns = false,
    ) => {
      if (!warns) {
        onError(typeof at === 'number' ? at : 'offset' in at ? at.offset : at[0], why);
      }
    };
    Object.assign(this, { onError: first });
  }
}

/** Of YAML 1.1, with values that are no lists, maps or text in JavaScript. */
const UNKNOWN_TO_KUBECTL = /:(timestamp|omap|pairs|set)$/;

/** YAML 1.1 has words and numbers that kubectl reads as text. */
function likeKubectl(tags: Tags): Tags {
  const words = [/^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/, /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/];
  return tags
    .filter(tag => typeof tag === 'string' || !('format' in tag && tag.format === 'TIME'))
    .filter(tag => typeof tag === 'string' || !UNKNOWN_TO_KUBECTL.test(tag.tag))
    .map(tag => {
      const isBoolean = typeof tag !== 'string' && tag.tag === 'tag:yaml.org,2002:bool';
      return isBoolean ? { ...tag, test: words.shift() } : tag;
    }) as Tags;
}
