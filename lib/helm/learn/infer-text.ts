import { hasOwnHelper, literal, type Expression, type Node, type Part } from '../tree/chart-tree';
import { nodeOf, partsOf } from '../tree/default-form';
import { DERIVED_FUNCTIONS } from '../tree/derived-functions';
import { slotsAsIds } from '../tree/part-key';
import { scopesAround, slotName, type Slot } from '../tree/slot';
import { usedSlotsOf } from '../tree/used-slots';
import type { Json } from '../values/value-node';
import type { Call } from '../worlds/run';
import { Cases, loopsOf, type Bound, type Case, type Inferring } from './case';
import type { Evidence } from './evidence';
import type { LiftedPart } from './lifting';
import { liftedKey } from './shape';
import { checkCharacters, untranslatable, within, type Place } from './untranslatable';

const SEPARATORS = ['\n', ', ', ',', '; ', ';', '|', '&', ' ', ''];

/** Texts, numbers and truth values: which values they are, or are made of. */
export class TextInference {
  constructor(
    private readonly evidence: Evidence,
    private readonly infer: Inferring,
  ) {}

  public scalar(cases: readonly Case[], place: Place, bound: Bound): Node {
    const [first] = cases;
    cases.forEach(({ reading: { a } }) => typeof a === 'string' && checkCharacters(a, place));
    if (cases.every(({ reading: { a, b } }) => a === b && a === first!.reading.a)) {
      return literal(first!.reading.a);
    }
    const document = bound.size === 0 ? this.document(cases, place, bound) : undefined;
    if (document !== undefined) {
      return document;
    }
    const groups = this.liftedGroups(cases, place, bound);
    if (groups === undefined) {
      return this.joinedText(cases, place, bound);
    }
    if (groups.length === 1) {
      return groups[0]!.node;
    }
    for (const { node } of groups) {
      if (node.kind !== 'literal' && this.evidence.explains(node, cases, bound)) {
        return node;
      }
    }
    const fixed = this.fixedValue(cases, bound);
    if (fixed !== undefined) {
      return fixed;
    }
    if (cases.some(({ reading: { a } }) => typeof a === 'string' && a.includes('\n'))) {
      return this.joinedText(cases, place, bound);
    }
    const merged = this.withFixedParts(groups, cases, bound);
    if (merged !== undefined) {
      return merged;
    }
    return this.infer.choice(
      groups.map(group => group.cases),
      cases,
      place,
      bound,
      group => groups.find(each => each.cases === group)!.node,
    );
  }

  /** The node for parts that are the same in all of the cases. */
  public lifted(parts: readonly LiftedPart[], cases: readonly Case[], place: Place, bound: Bound): Node {
    const [outside] = loopsOf(parts, bound);
    if (outside !== undefined) {
      throw untranslatable(
        place,
        `one item of \`${slotName(outside)}\` is used here, outside of a loop over all of them: by its index, by a search, or in a text that joins them`,
        'make an item or an entry for each of them with .map(), or declare a value of its own for this one',
      );
    }
    const resolved = parts.map(part =>
      typeof part !== 'string' && part.kind === 'call' ? this.derived(part, cases, place, bound) : part,
    );
    const [only] = resolved;
    resolved.forEach(part => checkRange(part, place));
    const isNumber = typeof cases[0]!.reading.a === 'number';
    return isNumber && only !== undefined && typeof only !== 'string'
      ? { kind: 'expression', of: only, as: 'itself' }
      : nodeOf(resolved);
  }

  /** Cases by the one expression that explains each of them; undefined where only the parts of a text can be explained. */
  private liftedGroups(
    cases: readonly Case[],
    place: Place,
    bound: Bound,
  ): { readonly node: Node; readonly cases: Case[] }[] | undefined {
    const groups = new Map<string, { parts: readonly LiftedPart[] | undefined; cases: Case[] }>();
    for (const each of cases) {
      const { a, b, parts } = each.reading;
      if (parts === undefined && typeof a === 'string' && a.includes('\n')) {
        return undefined;
      }
      if (parts === undefined && (typeof a === 'string' || a !== b)) {
        throw this.evidence.foreign(each, place);
      }
      const isText = typeof a === 'string';
      const key = parts === undefined ? JSON.stringify(a) : `${isText}${parts.map(liftedKey).join('')}`;
      const known = groups.get(key);
      if (known === undefined) {
        groups.set(key, { parts, cases: [each] });
      } else {
        known.cases.push(each);
      }
    }
    const outside = [...groups.values()].some(({ parts }) => parts !== undefined && loopsOf(parts, bound).length > 0);
    if (outside && cases.every(({ reading: { a } }) => typeof a === 'string')) {
      return undefined;
    }
    return [...groups.values()].map(group => ({
      cases: group.cases,
      node:
        group.parts === undefined
          ? literal(group.cases[0]!.reading.a)
          : this.lifted(group.parts, group.cases, place, bound),
    }));
  }

  /** A derived value: its inputs are inferred as if they stood in the object themselves. */
  private derived({ name }: Call, cases: readonly Case[], place: Place, bound: Bound): Expression {
    if (DERIVED_FUNCTIONS[name] === undefined) {
      throw untranslatable(
        place,
        `the value is computed by "${name}", which templates do not have`,
        `use one of ${Object.keys(DERIVED_FUNCTIONS).join(', ')}`,
      );
    }
    const callIn = ({ reading }: Case): Call =>
      reading.parts!.find(
        (part): part is Call => typeof part !== 'string' && part.kind === 'call' && part.name === name,
      )!;
    const inputs = callIn(cases[0]!).inputs.map((_, index) => {
      const given = this.evidence.reread(cases, each => {
        const { a, b } = callIn(each).inputs[index]!;
        return [a, b];
      });
      return this.infer.node(given, within(place, `${name}()`), bound);
    });
    const composed = inputs.filter(hasOwnHelper).flatMap(input => [...usedSlotsOf(input)]);
    const inLoop = composed.find(slot => [...scopesAround(slot), slot].some(scope => bound.has(scope)));
    if (inLoop !== undefined) {
      throw untranslatable(
        place,
        `"${name}" is given a text of which parts come and go, and which holds \`${slotName(inLoop)}\` of the item of a loop; a helper prints such texts, and helpers know no items`,
        'give it a text that is the same in all cases but for the values in it, or one of the whole list',
      );
    }
    return { kind: 'derived', name, inputs };
  }

  /** A boolean, choice or number that a world fixes, and that all cases show. */
  private fixedValue(cases: readonly Case[], bound: Bound): Node | undefined {
    const as = typeof cases[0]!.reading.a === 'string' ? 'text' : 'itself';
    for (const slot of this.evidence.reachable(bound)) {
      const node: Node = { kind: 'expression', of: { kind: 'value', slot }, as };
      if (['boolean', 'choice', 'integer'].includes(slot.node.kind) && this.evidence.explains(node, cases, bound)) {
        return node;
      }
    }
    return undefined;
  }

  /** Texts in which a boolean or a choice stands beside other parts. */
  private withFixedParts(
    groups: readonly { readonly node: Node; readonly cases: readonly Case[] }[],
    cases: readonly Case[],
    bound: Bound,
  ): Node | undefined {
    let nodes = groups.map(({ node }) => node);
    if (!cases.every(({ reading: { a } }) => typeof a === 'string')) {
      return undefined;
    }
    for (const slot of this.evidence.reachable(bound)) {
      if (slot.node.kind !== 'boolean' && slot.node.kind !== 'choice' && slot.node.kind !== 'integer') {
        continue;
      }
      const next = groups.map(({ cases: [first] }, index) => {
        const state = this.evidence.valueIn(slot, first!.world);
        return state === undefined || state === '' ? nodes[index]! : replaced(nodes[index]!, String(state), slot);
      });
      const kinds = (all: readonly Node[]): number => new Set(all.map(node => JSON.stringify(node, slotsAsIds))).size;
      if (kinds(next) < kinds(nodes)) {
        nodes = next;
      }
      if (this.evidence.explains(nodes[0]!, cases, bound)) {
        return nodes[0]!;
      }
    }
    return undefined;
  }

  /** A text that is JSON: what it holds is inferred as if it stood in the object itself. */
  private document(cases: readonly Case[], place: Place, bound: Bound): Node | undefined {
    const maps = new Cases();
    for (const each of cases) {
      const { document } = each.reading;
      if (document === undefined) {
        return undefined;
      }
      maps.addBelow(each, 'json()', document);
    }
    return { kind: 'document', map: this.infer.node(maps.list, place, bound) };
  }

  /** A text whose lines, or parts between commas, come and go. */
  private joinedText(cases: readonly Case[], place: Place, bound: Bound): Node {
    const separator = this.separatorOf(cases, bound);
    if (separator !== undefined) {
      const split = (text: Json): Json => (text === '' ? [] : String(text).split(separator));
      const lists = this.evidence.reread(cases, ({ reading: { a, b } }) => [split(a), split(b)], { separator });
      return { kind: 'joined', separator, items: this.infer.items(lists, place, bound) };
    }
    const each = cases.find(({ reading }) => reading.parts === undefined);
    if (each !== undefined) {
      throw this.evidence.foreign(each, place);
    }
    const outside = cases.find(({ reading }) => loopsOf(reading.parts!, bound).length > 0)!;
    this.lifted(outside.reading.parts!, [outside], place, bound);
    throw this.evidence.foreign(outside, place);
  }

  /** What stands between the items of lists in a text; lines, if no list is in it. */
  private separatorOf(cases: readonly Case[], bound: Bound): string | undefined {
    for (const each of cases) {
      const { world, reading } = each;
      const [scope] = loopsOf(reading.parts ?? [], bound);
      const at = this.evidence.atIn(each, world);
      const doubled = scope === undefined ? undefined : this.evidence.doubledAt(world, at, scope);
      if (typeof doubled === 'string') {
        return SEPARATORS.find(
          separator => doubled.split(separator).length > String(reading.a).split(separator).length,
        );
      }
    }
    return cases.some(({ reading: { a } }) => String(a).includes('\n')) ? '\n' : undefined;
  }
}

/** Go counts in integers of 64 bits, JavaScript in floating point: they agree up to 2^53. */
function checkRange(part: Part, place: Place): void {
  const terms = typeof part !== 'string' && part.kind === 'sum' ? part.terms : [];
  for (const { slot, factor } of terms) {
    const { minimum, maximum } = slot.node as { minimum: number; maximum: number };
    if (Math.max(Math.abs(minimum), Math.abs(maximum)) * Math.abs(factor) > Number.MAX_SAFE_INTEGER / 2) {
      throw untranslatable(
        place,
        `the number is computed from \`${slotName(slot)}\`, which may be ${maximum}: too large for a template to compute with`,
        'give the value bounds',
      );
    }
  }
}

/** The text of a state replaced by the value, wherever it stands in a node. */
function replaced(node: Node, state: string, slot: Slot): Node {
  const parts = node.kind === 'literal' || node.kind === 'interpolation' ? partsOf(node) : undefined;
  const value: Expression = { kind: 'value', slot };
  const next = parts?.flatMap((part): Part[] =>
    typeof part === 'string'
      ? part.split(state).flatMap((text, index): Part[] => (index === 0 ? [text] : [value, text]))
      : [part],
  );
  return next === undefined ? node : nodeOf(next.filter(part => part !== ''));
}
