import type { Entry, Item, Node } from '../tree/chart-tree';
import { partsOf } from '../tree/default-form';
import type { Slot } from '../tree/slot';
import { action, ControlPrinter, pad, type Lines } from './emit-control';
import { ordered } from './emit-groups';
import { TextPrinter } from './emit-text';
import { flowText } from './flow-style';
import { include } from './go-include';
import { format, operand, pipeline, reference, type Scope } from './go-syntax';
import type { LabelBlocks } from './label-blocks';
import { optionalParts } from './optional-parts';
import { isTextChoice, type SharedBlocks } from './shared-blocks';
import { goText, yamlScalar } from './yaml-scalar';

/** Prints nodes of a chart tree as YAML in Go templates. */
export class NodePrinter {
  public readonly control = new ControlPrinter();
  public readonly texts = new TextPrinter(this.control);

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
    const name = typeof key === 'string' ? yamlScalar(key) : this.texts.scalar(key, column, scope).text;
    const lines = this.keyed(name, node, column, scope, typeof key === 'string' ? key : undefined);
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
  private keyed(name: string, node: Node, column: number, scope: Scope, key?: string): Lines {
    const shared = this.shared.nameOf(node);
    if (shared !== undefined) {
      return node.kind === 'choice'
        ? [`${pad(column)}${name}: ${includedScalar(shared, node, scope)}`]
        : [`${pad(column)}${name}:`, action(column + 2, `${include(shared, scope.root)} | nindent ${column + 2}`)];
    }
    const flow = flowText(node, scope.flow, each => this.texts.scalar(each, column, scope).text);
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
        if (this.texts.oneLine(node.arms, column + name.length, scope) === undefined) {
          return this.control.arms(node.arms, column, scope, (inner, innerScope) =>
            this.keyed(name, inner, column, innerScope, key),
          );
        }
        break;
      case 'document':
      case 'joined':
      case 'interpolation':
      case 'literal': {
        const block = this.texts.block(node, column + 2, scope);
        if (block !== undefined) {
          return [`${pad(column)}${name}: ${block.mark}`, ...block.lines];
        }
        break;
      }
      default:
    }
    const { before, text } = this.texts.scalar(node, column, scope);
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
    if (node.kind === 'choice' && this.texts.oneLine(node.arms, column, scope) === undefined) {
      return this.control.arms(node.arms, column, scope, (arm, armScope) => this.dashed(arm, column, armScope));
    }
    const block = this.texts.block(node, column + 2, scope);
    if (block !== undefined) {
      return [`${pad(column)}- ${block.mark}`, ...block.lines];
    }
    const { before, text } = this.texts.scalar(node, column, scope);
    return [...before, `${pad(column)}- ${text}`];
  }
}

const isGiven = (slot: Slot, { dot, given }: Scope): boolean => slot === dot || given.includes(slot);

const includedScalar = (name: string, node: Node, scope: Scope): string =>
  `{{ ${include(name, scope.root)}${isTextChoice(node) ? ' | quote' : ''} }}`;
