import type { Arm, Item, Node, Part } from '../tree/chart-tree';
import { not } from '../tree/condition';
import { partsOf } from '../tree/default-form';
import { action, pad, type ControlPrinter, type Lines } from './emit-control';
import { format, goCondition, isLarge, isQuotable, pipeline, reference, type Scope } from './go-syntax';
import { foldedText, UNFOLDED_COLUMNS, type Block } from './long-text';
import { optionalParts } from './optional-parts';
import { ternary } from './ternary';
import { inLines, isBlock, isLiteral, textLines } from './text-block';
import { escaped, fitsBlock, goText, isReadableInSingle, yamlQuoted, yamlScalar } from './yaml-scalar';

/** Columns of a line that holds a question and both answers. */
const TERNARY_COLUMNS = 110;

/** Prints texts, numbers and booleans, in one line or in several. */
export class TextPrinter {
  constructor(private readonly control: ControlPrinter) {}

  /** A text over several lines; undefined if it has to stand in one. */
  public block(node: Node, column: number, scope: Scope): Block | undefined {
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
      return { mark: ends ? '|' : '|-', lines: this.items(items, column, scope) };
    }
    const isLong = node.kind === 'interpolation' || (node.kind === 'literal' && typeof node.value === 'string');
    return isLong && column + this.scalar(node, column, scope).text.length > UNFOLDED_COLUMNS
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
  public items(items: readonly Item[], column: number, scope: Scope): Lines {
    return this.control.groups(items, column, scope, ({ node }, inner) =>
      node.kind === 'choice'
        ? this.control.arms(node.arms, column, inner, (arm, armScope) => this.line(arm, column, armScope))
        : this.line(node, column, inner),
    );
  }

  private line(node: Node, column: number, scope: Scope): Lines {
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
  public scalar(node: Node, column: number, scope: Scope): { readonly before: Lines; readonly text: string } {
    const plain = (text: string): { before: Lines; text: string } => ({ before: [], text });
    switch (node.kind) {
      case 'literal':
        return plain(yamlScalar(node.value));
      case 'expression':
        return plain(`{{ ${pipeline(node.of, scope)}${node.as === 'text' ? ' | quote' : ''} }}`);
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
  public oneLine(arms: readonly Arm[], column: number, scope: Scope): string | undefined {
    const optional = optionalParts(arms, scope);
    if (optional !== undefined) {
      return `"${optional}"`;
    }
    const truth = this.truth(arms, scope);
    const either = ternary(arms, scope);
    return truth !== undefined
      ? `{{ ${truth} }}`
      : either !== undefined && column + either.length < TERNARY_COLUMNS
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
