import type { Arm, Entry, Expression, Item, Node, Part } from '../tree/chart-tree';
import { not } from '../tree/condition';
import { partsOf } from '../tree/default-form';
import type { Slot } from '../tree/slot';
import { action, ControlPrinter, pad, type Lines } from './emit-control';
import { format, goCondition, isLarge, isQuotable, operand, pipeline, reference, type Scope } from './go-syntax';
import { flowText } from './flow-style';
import { include } from './go-include';
import { ordered } from './emit-groups';
import type { LabelBlocks } from './label-blocks';
import { isTextChoice, type SharedBlocks } from './shared-blocks';
import { foldedText, LONG, type Block } from './long-text';
import { inLines, isBlock, isLiteral, textLines } from './text-block';
import { optionalParts } from './optional-parts';
import { ternary } from './ternary';
import { escaped, fitsBlock, goText, isReadableInSingle, yamlQuoted, yamlScalar } from './yaml-scalar';

/** Columns of a line that holds a question and both answers. */
const SHORT = 110;

/** Prints nodes of a chart tree as YAML in Go templates. */
export class NodePrinter {
  public readonly control = new ControlPrinter();

  constructor(
    private readonly labels: LabelBlocks,
    private readonly shared: SharedBlocks,
  ) {}

  /** The entries of a map, each at the column. */
  public map(entries: readonly Entry[], column: number, scope: Scope, key?: string): Lines {
    return key === undefined
      ? this.entries(ordered(entries), column, scope)
      : this.labelled(ordered(entries), column, scope);
  }

  /** Entries of which those that a helper has are included. */
  public labelled(entries: readonly Entry[], column: number, scope: Scope, beside?: string): Lines {
    const blocks = this.labels.blocksIn(entries, beside);
    const known = blocks.flatMap(block => block.entries);
    return [
      ...blocks.map(({ name }) => {
        const included = include(name, scope.root);
        return column === 0 ? `{{ ${included} }}` : action(column, `${included} | nindent ${column}`);
      }),
      ...this.entries(
        entries.filter(entry => !known.includes(entry)),
        column,
        scope,
      ),
    ];
  }

  private entries(entries: readonly Entry[], column: number, scope: Scope): Lines {
    return this.control.groups(entries, column, scope, (entry, inner) => this.entry(entry, column, inner));
  }

  private entry(entry: Entry, column: number, scope: Scope): Lines {
    const { key, node, spread } = entry;
    if (spread && node.kind === 'opaque') {
      const { except = [] } = entry;
      const value = reference(node.slot, scope);
      if (except.length === 0 && isGiven(node.slot, scope)) {
        return [action(column, `toYaml ${value} | nindent ${column}`)];
      }
      const left = except.length === 0 ? value : `omit ${value} ${except.map(goText).join(' ')}`;
      return [action(column, `with ${left}`), action(column, `toYaml . | nindent ${column}`), action(column, 'end')];
    }
    const name = typeof key === 'string' ? yamlScalar(key) : this.scalar(key, column, scope).text;
    const lines = this.named(name, node, column, scope, typeof key === 'string' ? key : undefined);
    const [first] = entry.except ?? [];
    return first === undefined || typeof key === 'string'
      ? lines
      : [
          action(column, `if not (has ${this.keyText(key, scope)} (list ${entry.except!.map(goText).join(' ')}))`),
          ...lines,
          action(column, 'end'),
        ];
  }

  private keyText(key: Node, scope: Scope): string {
    return key.kind === 'expression' ? operand(key.of, scope) : goText('');
  }

  /** `key: value`, over as many lines as it takes. */
  private named(name: string, node: Node, column: number, scope: Scope, key?: string): Lines {
    const shared = this.shared.nameOf(node);
    if (shared !== undefined) {
      return node.kind === 'choice'
        ? [`${pad(column)}${name}: ${includedScalar(shared, node, scope)}`]
        : [`${pad(column)}${name}:`, action(column + 2, `${include(shared, scope.root)} | nindent ${column + 2}`)];
    }
    const flow = flowText(node, scope.flow, each => this.scalar(each, column, scope).text);
    if (flow !== undefined) {
      return [`${pad(column)}${name}: ${flow}`];
    }
    switch (node.kind) {
      case 'map':
        return [`${pad(column)}${name}:`, ...this.map(node.entries, column + 2, scope, key)];
      case 'list':
        return [`${pad(column)}${name}:`, ...this.list(node.items, column + 2, scope)];
      case 'opaque':
        return [
          `${pad(column)}${name}:`,
          action(column + 2, `toYaml ${reference(node.slot, scope)} | nindent ${column + 2}`),
        ];
      case 'choice':
        if (this.oneLine(node.arms, column + name.length, scope) === undefined) {
          return this.control.arms(node.arms, column, scope, (inner, innerScope) =>
            this.named(name, inner, column, innerScope, key),
          );
        }
        break;
      case 'document':
      case 'joined':
      case 'interpolation':
      case 'literal': {
        const block = this.block(node, column + 2, scope);
        if (block !== undefined) {
          return [`${pad(column)}${name}: ${block.mark}`, ...block.lines];
        }
        break;
      }
      default:
    }
    const { before, text } = this.scalar(node, column, scope);
    return [...before, `${pad(column)}${name}: ${text}`];
  }

  /** What a helper for a part of objects prints. */
  public helper(node: Node, scope: Scope): Lines {
    switch (node.kind) {
      case 'map':
        return this.map(node.entries, 0, scope);
      case 'list':
        return this.list(node.items, 0, scope);
      case 'choice': {
        const optional = optionalParts(node.arms, scope);
        return optional !== undefined
          ? [optional]
          : this.control.arms(node.arms, 0, scope, (arm, inner) => [
              action(0, arm.kind === 'expression' ? pipeline(arm.of, inner) : this.constant(arm, inner)),
            ]);
      }
      default:
        return [];
    }
  }

  private constant(node: Node, scope: Scope): string {
    return node.kind === 'literal' && typeof node.value === 'number'
      ? String(node.value)
      : format(partsOf(node) ?? [], scope);
  }

  private list(items: readonly Item[], column: number, scope: Scope): Lines {
    return this.control.groups(items, column, scope, (item, inner) => this.item(item, column, inner));
  }

  private item({ node, spread }: Item, column: number, scope: Scope): Lines {
    if (spread && node.kind === 'opaque') {
      const value = reference(node.slot, scope);
      return isGiven(node.slot, scope)
        ? [action(column, `toYaml ${value} | nindent ${column}`)]
        : [action(column, `with ${value}`), action(column, `toYaml . | nindent ${column}`), action(column, 'end')];
    }
    return this.dashed(node, column, scope);
  }

  private dashed(node: Node, column: number, scope: Scope): Lines {
    const inner =
      node.kind === 'map'
        ? this.entries(ordered(node.entries, 'item'), column + 2, scope)
        : node.kind === 'list'
          ? this.list(node.items, column + 2, scope)
          : node.kind === 'opaque'
            ? [action(column + 2, `toYaml ${reference(node.slot, scope)} | nindent ${column + 2}`)]
            : undefined;
    if (inner !== undefined) {
      const [first = '', ...rest] = inner;
      return first.trimStart().startsWith('{{-') || node.kind !== 'map'
        ? [`${pad(column)}-`, ...inner]
        : [`${pad(column)}- ${first.slice(column + 2)}`, ...rest];
    }
    if (node.kind === 'choice' && this.oneLine(node.arms, column, scope) === undefined) {
      return this.control.arms(node.arms, column, scope, (arm, armScope) => this.dashed(arm, column, armScope));
    }
    const block = this.block(node, column + 2, scope);
    if (block !== undefined) {
      return [`${pad(column)}- ${block.mark}`, ...block.lines];
    }
    const { before, text } = this.scalar(node, column, scope);
    return [...before, `${pad(column)}- ${text}`];
  }

  /** A text over several lines; undefined if it has to stand in one. */
  private block(node: Node, column: number, scope: Scope): Block | undefined {
    const lines = scope.texts.linesOf(node, scope.root);
    if (lines !== undefined) {
      return { mark: lines.mark, lines: [action(column, `${lines.go} | nindent ${column}`)] };
    }
    if (node.kind === 'literal' && typeof node.value === 'string' && node.value.includes('\n')) {
      const { value } = node;
      return fitsBlock(value) && !/\n\s*$/.test(value.slice(0, -1)) && !/[^\n]\n? +\n/.test(value)
        ? {
            mark: value.endsWith('\n') ? '|' : '|-',
            lines: textLines(value).map(line => (line === '' ? '' : pad(column) + escaped(line))),
          }
        : undefined;
    }
    const text = inLines(node);
    if (text.kind === 'joined' && text.separator === '\n' && isBlock(text.items)) {
      const ends = isLiteral(text.items.at(-1), '');
      const items = ends ? text.items.slice(0, -1) : text.items;
      return { mark: ends ? '|' : '|-', lines: this.textItems(items, column, scope) };
    }
    const isLong = node.kind === 'interpolation' || (node.kind === 'literal' && typeof node.value === 'string');
    return isLong && column + this.scalar(node, column, scope).text.length > LONG
      ? foldedText(partsOf(node) ?? [], column, scope)
      : undefined;
  }

  /** What a helper for a text prints that is put together from its parts. */
  public composed(node: Node, scope: Scope): Lines {
    const { before, go } =
      node.kind === 'joined'
        ? this.joined(node.separator, node.items, 0, scope)
        : this.joined('', [{ node, over: [] }], 0, scope);
    return [...before, action(0, go)];
  }

  /** Lines of a text, in a block or in a helper. */
  public textItems(items: readonly Item[], column: number, scope: Scope): Lines {
    return this.control.groups(items, column, scope, ({ node }, inner) =>
      node.kind === 'choice'
        ? this.control.arms(node.arms, column, inner, (arm, armScope) => this.textLine(arm, column, armScope))
        : this.textLine(node, column, inner),
    );
  }

  private textLine(node: Node, column: number, scope: Scope): Lines {
    if (node.kind === 'joined') {
      const { before, go } = this.joined(node.separator, node.items, column, scope);
      return [...before, `${pad(column)}{{ ${go} }}`];
    }
    const parts = partsOf(node) ?? [];
    const line = parts
      .map((part, index) =>
        typeof part === 'string' ? escaped(part, index < parts.length - 1) : `{{ ${pipeline(part, scope)} }}`,
      )
      .join('');
    return [line === '' ? '' : pad(column) + line];
  }

  /** What stands behind a key or a dash in one line, and what has to be computed before. */
  private scalar(node: Node, column: number, scope: Scope): { readonly before: Lines; readonly text: string } {
    const plain = (text: string): { before: Lines; text: string } => ({ before: [], text });
    switch (node.kind) {
      case 'literal':
        return plain(yamlScalar(node.value));
      case 'expression':
        return plain(`{{ ${node.as === 'text' ? quoted(node.of, scope) : pipeline(node.of, scope)} }}`);
      case 'interpolation':
        return plain(this.interpolation(node.parts, scope));
      case 'choice':
        return plain(this.oneLine(node.arms, column, scope)!);
      case 'joined': {
        const included = scope.texts.textOf(node, scope.root);
        const { before, go } =
          included === undefined
            ? this.joined(node.separator, node.items, column, scope)
            : { before: [], go: included };
        return { before, text: `{{ ${go} | quote }}` };
      }
      default:
        return plain('{}');
    }
  }

  private interpolation(parts: readonly Part[], scope: Scope): string {
    const fixed = parts.filter(part => typeof part === 'string').join('');
    const quote = isReadableInSingle(fixed) && parts.every(part => isQuotable(part, "'")) ? "'" : '"';
    if (!parts.every(part => isQuotable(part, quote))) {
      return `{{ ${format(parts, scope)} | quote }}`;
    }
    const text = parts.map((part, index) =>
      typeof part !== 'string'
        ? `{{ ${pipeline(part, scope)} }}`
        : escaped(quote === "'" ? part : yamlQuoted(part).slice(1, -1), index < parts.length - 1),
    );
    return quote + text.join('') + quote;
  }

  /** A text of parts with something between them, some of which come and go. */
  private joined(
    separator: string,
    items: readonly Item[],
    column: number,
    scope: Scope,
  ): { before: Lines; go: string } {
    const [only] = items;
    const whole = items.length === 1 && only!.when === undefined ? only : undefined;
    const [loop] = whole?.over ?? [];
    const isItself =
      whole?.node.kind === 'expression' &&
      whole.node.of.kind === 'value' &&
      whole.node.of.slot.scope === loop &&
      whole.node.of.slot.steps.length === 0 &&
      !isLarge(whole.node.of.slot);
    if (loop !== undefined && whole!.over.length === 1 && isItself && loop.node.kind === 'list') {
      return { before: [], go: `join ${goText(separator)} ${reference(loop, scope)}` };
    }
    const name = this.control.variable('$parts');
    const text = (node: Node, inner: Scope): string => {
      const parts = partsOf(node) ?? [];
      const value = format(parts, inner);
      return / /.test(value) && !value.startsWith('"') ? `(${value})` : value;
    };
    const append = (part: Node, at: Scope): Lines => {
      if (part.kind === 'choice') {
        return this.control.arms(part.arms, column, at, append);
      }
      if (part.kind === 'joined') {
        const { before, go } = this.joined(part.separator, part.items, column, at);
        return [...before, action(column, `${name} = append ${name} (${go})`)];
      }
      return [action(column, `${name} = append ${name} ${text(part, at)}`)];
    };
    const lines = this.control.groups(items, column, scope, ({ node }, inner) => append(node, inner));
    return { before: [action(column, `${name} := list`), ...lines], go: `join ${goText(separator)} ${name}` };
  }

  /** A choice that can be read in one line. */
  private oneLine(arms: readonly Arm[], column: number, scope: Scope): string | undefined {
    const optional = optionalParts(arms, scope);
    if (optional !== undefined) {
      return `"${optional}"`;
    }
    const truth = this.truth(arms, scope);
    const either = ternary(arms, scope);
    return truth !== undefined
      ? `{{ ${truth} }}`
      : either !== undefined && column + either.length < SHORT
        ? `{{ ${either} }}`
        : undefined;
  }

  /** A condition that prints `true` or `false` itself. */
  private truth(arms: readonly Arm[], scope: Scope): string | undefined {
    const [first, second] = arms;
    const [yes, no] = [first?.node, second?.node];
    if (arms.length !== 2 || yes?.kind !== 'literal' || no?.kind !== 'literal' || first?.when?.kind !== 'test') {
      return undefined;
    }
    const condition =
      yes.value === true && no.value === false
        ? first.when
        : yes.value === false && no.value === true
          ? not(first.when)
          : undefined;
    const isBoolean = condition?.kind === 'test' && (condition.negated || condition.test.kind !== 'given');
    return isBoolean ? goCondition(condition, scope) : undefined;
  }
}

const isGiven = (slot: Slot, { dot, given }: Scope): boolean => slot === dot || given.includes(slot);

const includedScalar = (name: string, node: Node, scope: Scope): string =>
  `{{ ${include(name, scope.root)}${isTextChoice(node) ? ' | quote' : ''} }}`;

function quoted(expression: Expression, scope: Scope): string {
  return `${pipeline(expression, scope)} | quote`;
}
