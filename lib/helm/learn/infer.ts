import { literal, type Arm, type ChartTree, type Item, type Node, type ObjectTree } from '../tree/chart-tree';
import type { Condition } from '../tree/condition';
import { asDefault } from '../tree/default-form';
import type { Slot } from '../tree/slot';
import { namedObjects } from './at';
import { Cases, loopsOf, titleOf, worldsOf, type Bound, type Case, type Inferring } from './case';
import { formOf, type Form, type Reading } from './reading';
import type { Evidence } from './evidence';
import { ListInference } from './infer-list';
import { MapInference } from './infer-map';
import { TextInference } from './infer-text';
import type { Worlds } from './learner';
import type { LiftedPart } from './lifting';
import { liftedKey } from './shape';
import { untranslatable, type Place } from './untranslatable';

/** What the worlds have in common: one tree that explains the objects of all of them. */
export class Inference implements Inferring {
  private readonly lists: ListInference;
  private readonly texts: TextInference;
  private readonly maps: MapInference;

  constructor(private readonly evidence: Evidence) {
    this.lists = new ListInference(evidence, this);
    this.texts = new TextInference(evidence, this);
    this.maps = new MapInference(evidence, this, this.texts);
  }

  /** @throws PlatformError if no tree explains the worlds */
  public chart(): ChartTree {
    const entries = new Map<string, { cases: Cases; parts: readonly LiftedPart[]; kind: string }>();
    const order: string[] = [];
    this.evidence.runs.forEach(({ a, b }, world) => {
      if (a.length !== b.length) {
        throw untranslatable(
          { object: 'the chart', path: '' },
          `the number of objects depends on more than which values are given: ${a.length} and ${b.length}`,
          'let it depend on booleans, choices and lists only',
        );
      }
      let last = -1;
      const seen = new Map<string, number>();
      const names = [...namedObjects(a).keys()];
      this.evidence.objects[world]!.forEach((reading, index) => {
        const { apiVersion, kind } = reading.a as any;
        const parts = nameOf(reading)?.parts ?? ['?'];
        const base = `${apiVersion}/${kind}/${parts.map(liftedKey).join('')}`;
        const turn = (seen.get(base) ?? 0) + 1;
        seen.set(base, turn);
        const id = turn === 1 ? base : `${base}#${turn}`;
        const known = entries.get(id) ?? { cases: new Cases(), parts, kind: String(kind) };
        if (!entries.has(id)) {
          entries.set(id, known);
          order.splice(last + 1, 0, id);
        }
        const worlds = 1n << BigInt(world);
        known.cases.add({
          reading,
          worlds,
          world,
          sights: new Map([[this.evidence.root.child(names[index]!), worlds]]),
        });
        last = order.indexOf(id);
      });
    });
    const care = (1n << BigInt(this.evidence.runs.length)) - 1n;
    const objects = order.map((id): ObjectTree => {
      const { parts, kind, ...entry } = entries.get(id)!;
      const cases = entry.cases.list;
      const place: Place = { object: `${kind}/${titleOf(parts)}`, path: '' };
      const over = loopsOf(parts, new Set());
      const presence = this.presence(cases, care, over, new Set(), this.evidence.slotsOf(cases), place);
      return { kind, title: place.object, node: this.node(cases, place, new Set(over)), over, ...presence };
    });
    return { objects };
  }

  public node(cases: readonly Case[], place: Place, bound: Bound): Node {
    const opaque = this.opaqueOf(cases);
    if (opaque !== undefined) {
      return opaque;
    }
    const groups = new Map<Form, Case[]>();
    for (const each of cases) {
      const { form, b } = each.reading;
      if (form !== formOf(b)) {
        throw this.evidence.foreign(each, place);
      }
      groups.set(form, [...(groups.get(form) ?? []), each]);
    }
    if (groups.size > 1) {
      return this.choice([...groups.values()], cases, place, bound, group => this.node(group, place, bound));
    }
    const [form] = groups.keys();
    switch (form) {
      case 'map':
        return this.maps.map(cases, place, bound);
      case 'list':
        return { kind: 'list', items: this.items(cases, place, bound) };
      case 'empty map':
        return literal({});
      case 'empty list':
        return literal([]);
      default:
        return this.scalar(cases, place, bound);
    }
  }

  /** What stands in some worlds is one thing, in others another. */
  public choice(
    groups: readonly (readonly Case[])[],
    cases: readonly Case[],
    place: Place,
    bound: Bound,
    make: (group: any) => Node,
  ): Node {
    let left = [...groups];
    let care = worldsOf(cases);
    const arms: Arm[] = [];
    while (left.length > 1) {
      const found = left
        .flatMap(group => {
          const learned = this.evidence.learner.learn(worldsOf(group), care, {
            bound,
            liked: this.evidence.slotsOf(group),
          });
          return learned?.condition === undefined ? [] : [{ group, when: learned.condition }];
        })
        .sort((one, other) => size(one.when) - size(other.when) || negations(one.when) - negations(other.when));
      const [best] = found;
      if (best === undefined) {
        throw this.evidence.unexplained(left, place);
      }
      arms.push({ when: best.when, node: make(best.group) });
      care &= ~worldsOf(best.group);
      left = left.filter(group => group !== best.group);
    }
    arms.push({ node: make(left[0]!) });
    return folded(arms);
  }

  /** When something is there, and for each item of what. */
  public presence(
    cases: readonly Case[],
    care: Worlds,
    over: readonly Slot[],
    bound: Bound,
    liked: ReadonlySet<Slot>,
    place: Place,
  ): { readonly when?: Condition } {
    const { learner } = this.evidence;
    const on = worldsOf(cases);
    const inLoops = over.reduce((worlds, scope) => worlds & this.evidence.whereGiven(scope), care);
    const learned =
      (on & ~inLoops) === 0n ? learner.learn(on, inLoops, { bound: new Set([...bound, ...over]), liked }) : undefined;
    if (learned === undefined) {
      throw this.evidence.unexplained([cases], place);
    }
    return learned.condition === undefined ? {} : { when: learned.condition };
  }

  /** A structure of the user's, as it is. */
  private opaqueOf(cases: readonly Case[]): Node | undefined {
    const slot = cases[0]?.reading.opaque;
    if (slot === undefined) {
      return undefined;
    }
    const [given, there] = [this.evidence.whereGiven(slot), this.evidence.whereThere(slot)];
    const explains = cases.every(({ reading: { opaque, form }, worlds }) =>
      opaque === slot
        ? (worlds & ~given) === 0n
        : form === (slot.node.kind === 'opaque' && slot.node.of === 'map' ? 'empty map' : 'empty list') &&
          (worlds & given) === 0n &&
          (worlds & ~there) === 0n,
    );
    return explains ? { kind: 'opaque', slot } : undefined;
  }

  public scalar(cases: readonly Case[], place: Place, bound: Bound): Node {
    return this.texts.scalar(cases, place, bound);
  }

  public items(cases: readonly Case[], place: Place, bound: Bound): Item[] {
    return this.lists.items(cases, place, bound);
  }
}

/** Arms as `value | default other`, from the last ones on. */
function folded(arms: readonly Arm[]): Node {
  const short = arms.length > 1 ? asDefault(arms.slice(-2)) : undefined;
  if (short === undefined) {
    return arms.length === 1 ? arms[0]!.node : { kind: 'choice', arms };
  }
  return folded([...arms.slice(0, -2), { node: short }]);
}

const size = (condition: Condition): number =>
  condition.kind === 'test' ? 1 : condition.of.reduce((sum, each) => sum + size(each), 0);
const negations = (condition: Condition): number =>
  condition.kind === 'test' ? Number(condition.negated) : condition.of.reduce((sum, each) => sum + negations(each), 0);

/** What names an object. */
const nameOf = ({ entries }: Reading): Reading | undefined =>
  ['metadata', 'name'].reduce<Reading | undefined>(
    (reading, key) => reading?.entries?.find(entry => entry.key === key)?.reading,
    { entries } as Reading,
  );
