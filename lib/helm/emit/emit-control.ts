import type { Arm, Entry, Item, Node } from '../tree/chart-tree';
import { not, slotsAsked, type Condition } from '../tree/condition';
import type { Slot } from '../tree/slot';
import { exceptOf, isInside, namesFor, onlyValue, together, type Group } from './emit-groups';
import { goCondition, reference, type Scope } from './go-syntax';
import { nestedGroups } from './nested-groups';
import { goText } from './yaml-scalar';

export type Lines = readonly string[];

export const pad = (column: number): string => ' '.repeat(column);
export const action = (column: number, text: string): string => `${pad(column)}{{- ${text} }}`;

/** Prints conditions and loops around what others print. */
export class ControlPrinter {
  private variables = 0;

  /** A name that no other variable has. */
  public variable(name: string): string {
    return `${name}${this.variables++ || ''}`;
  }

  /** What stands here in one case or another. */
  public arms(arms: readonly Arm[], column: number, scope: Scope, print: (node: Node, scope: Scope) => Lines): Lines {
    const [first, second] = arms;
    if (arms.length === 2 && first!.when !== undefined && isNegated(first!.when) && second!.when === undefined) {
      return this.arms([{ ...second!, when: not(first!.when) }, { node: first!.node }], column, scope, print);
    }
    return [
      ...arms.flatMap(({ when, node }, index) => {
        const word = when === undefined ? 'else' : `${index === 0 ? 'if' : 'else if'} ${goCondition(when, scope)}`;
        return [action(column, word), ...print(node, within(scope, when))];
      }),
      action(column, 'end'),
    ];
  }

  /** Parts of a map, a list or a text. */
  public groups<Part extends Entry | Item>(
    parts: readonly Part[],
    column: number,
    scope: Scope,
    print: (part: Part, scope: Scope) => Lines,
  ): Lines {
    return nestedGroups(parts, scope.depth).flatMap(group => this.group(group, column, scope, print));
  }

  /** Neighbours with one condition, and those that are there instead. */
  private group<Part extends Entry | Item>(
    { parts, instead, when, over, isNested, others = [] }: Group<Part>,
    column: number,
    scope: Scope,
    print: (part: Part, scope: Scope) => Lines,
  ): Lines {
    const all = (these: readonly Part[], inner: Scope): Lines => these.flatMap(part => print(part, inner));
    const body = (group: Pick<Group<Part>, 'parts' | 'when' | 'isNested'>): Lines => {
      const inner = within(scope, group.when);
      return group.isNested === true ? this.groups(group.parts, column, inner, print) : all(group.parts, inner);
    };
    if (over.length > 0) {
      return this.loops(over, when, column, scope, inner => all(parts, inner));
    }
    if (when === undefined) {
      return all(parts, scope);
    }
    if (isNegated(when) && instead.length > 0) {
      return this.group({ parts: instead, instead: parts, when: not(when), over }, column, scope, print);
    }
    const otherwise = [
      ...others.flatMap(group => [action(column, `else if ${goCondition(group.when!, scope)}`), ...body(group)]),
      ...(instead.length === 0 ? [] : [action(column, 'else'), ...all(instead, within(scope))]),
    ];
    const dot = isNested === true ? undefined : onlyValue(parts, when);
    const except = exceptOf(parts);
    if (dot === undefined || (except.length > 0 && instead.length > 0)) {
      return [
        action(column, `if ${goCondition(when, scope)}`),
        ...body({ parts, when, isNested }),
        ...otherwise,
        action(column, 'end'),
      ];
    }
    const inner: Scope = { ...within(scope), dot, root: '$' };
    const value = reference(dot, scope);
    return [
      action(column, `with ${except.length === 0 ? value : `omit ${value} ${except.map(goText).join(' ')}`}`),
      ...(except.length === 0 ? all(parts, inner) : [action(column, `toYaml . | nindent ${column}`)]),
      ...otherwise,
      action(column, 'end'),
    ];
  }

  /** Loops, with what of the condition does not ask about items around them. */
  public loops(
    over: readonly Slot[],
    when: Condition | undefined,
    column: number,
    scope: Scope,
    print: (scope: Scope) => Lines,
  ): Lines {
    const [loop, ...rest] = over;
    const inLoop = (condition: Condition): boolean =>
      slotsAsked(condition).some(slot => over.some(one => isInside(slot, one)));
    const parts = when === undefined ? [] : when.kind === 'all' ? when.of : [when];
    const outside = parts.filter(part => !inLoop(part));
    const inside = parts.filter(inLoop);
    if (loop === undefined) {
      return when === undefined ? print(scope) : guard(when, column, scope, print(scope));
    }
    const names = namesFor(loop, scope, ++this.variables);
    const inner: Scope = withoutDot({ ...within(scope), root: '$', loops: new Map([...scope.loops, [loop, names]]) });
    const variables = names.key === undefined ? names.item : `${names.key}, ${names.item}`;
    const lines = [
      action(column, `range ${variables} := ${reference(loop, scope)}`),
      ...this.loops(rest, together(inside), column, inner, print),
      action(column, 'end'),
    ];
    return outside.length === 0 ? lines : guard(together(outside)!, column, scope, lines);
  }
}

function guard(when: Condition, column: number, scope: Scope, lines: Lines): Lines {
  return [action(column, `if ${goCondition(when, scope)}`), ...lines, action(column, 'end')];
}

/** What stands within a condition, which may tell that values are there. */
const within = (scope: Scope, when?: Condition): Scope => ({
  ...scope,
  depth: scope.depth + 1,
  given: [...scope.given, ...(when === undefined ? [] : givenIn(when))],
});

function givenIn(condition: Condition): readonly Slot[] {
  return condition.kind === 'test'
    ? condition.test.kind === 'given' && !condition.negated
      ? [condition.test.slot]
      : []
    : condition.kind === 'all'
      ? condition.of.flatMap(givenIn)
      : [];
}

const withoutDot = ({ dot: _, ...scope }: Scope): Scope => scope;

const isNegated = (condition: Condition): boolean => condition.kind === 'test' && condition.negated;
