import { scopesAround, slotName, type Slot } from '../tree/slot';
import { charactersOf } from '../values/pattern-characters';
import type { Json, TextRules } from '../values/value-node';
import { Exploration } from './exploration';
import { isThere, stateText, type Gate, type State, type Vector } from './gates';
import type { KnownRuns } from './known-runs';
import { PatternExamples } from './pattern-examples';
import type { Render } from './run';
import { refusedByConstruct } from './refused-by-construct';
import type { SentinelPlan } from './sentinels';
import type { ChartSource } from './chart-source';
import { stateOf } from './world';

/**
 * Finds the sentinels that the construct takes, and runs with them the few worlds that everything else starts from.
 *
 * @throws PlatformError if the construct refuses what the schema allows
 */
export function groundWorlds(
  source: ChartSource,
  render: Render,
  known: KnownRuns,
  slots: readonly Slot[],
  gates: readonly Gate[],
): Exploration {
  const { values, defaults } = source;
  const examples = new PatternExamples();
  const open = (plan: Omit<SentinelPlan, 'examples'>): Exploration =>
    new Exploration(values, slots, gates, render, known, { ...plan, examples });
  const usual = usualOf(gates, defaults);
  const grounds = [false, true].map(descending => {
    const exploration = open({ quoted: new Set(), descending });
    return { descending, refusal: () => exploration.refusal, worlds: exploration.ground(usual) };
  });
  const ground = grounds.find(({ worlds }) => worlds.length > 0);
  if (ground === undefined) {
    throw refusedByConstruct(source.chart, grounds[1]!.refusal(), 'any values that were tried');
  }
  const { descending, worlds } = ground;
  const free = slots.filter(({ node }) => node.kind === 'string' && !node.sentinels && mayHoldQuotes(node));
  const takes = (quoted: readonly Slot[]): boolean => {
    const exploration = open({ quoted: new Set(quoted), descending });
    return worlds.every(vector => exploration.accepts(vector));
  };
  const quoted = free.length === 0 || takes(free) ? free : free.filter(slot => takes([slot]));
  const explored = open({ quoted: new Set(quoted), descending });
  worlds.forEach(vector => explored.accepts(vector));
  return explored;
}

/**
 * Runs the first worlds, with the sentinels of the ground.
 *
 * @param also worlds that are worth a look
 * @throws PlatformError if the construct refuses what the schema allows
 */
export function firstWorlds(
  source: ChartSource,
  ground: Exploration,
  gates: readonly Gate[],
  also: readonly Vector[],
): Exploration {
  const explored = ground.withGates(gates);
  explored.start(usualOf(gates, source.defaults));
  also.forEach(vector => explored.accepts(completed(vector, gates)));
  checkStates(source, explored);
  return explored;
}

const usualOf = (gates: readonly Gate[], defaults: Json): Vector =>
  new Map(gates.map(gate => [gate.slot.id, defaultState(gate, defaults)]));

/** @throws PlatformError if the construct refuses every world in which a value is what the schema allows */
function checkStates({ chart }: ChartSource, { gates, runs, refusal }: Exploration): void {
  for (const { slot, states } of gates) {
    const seen = runs.filter(({ vector }) => isThere(slot, vector));
    const missing = states.find(state => !seen.some(({ vector }) => vector.get(slot.id) === state));
    if (missing !== undefined) {
      throw refusedByConstruct(chart, refusal, `whatever else is given with ${slotName(slot)} ${stateText(missing)}`);
    }
  }
}

function defaultState(gate: Gate, defaults: Json): State {
  const value =
    scopesAround(gate.slot).length > 0
      ? undefined
      : gate.slot.steps.reduce<any>((current, step) => current?.[step], defaults);
  return value === undefined ? gate.states[0]! : stateOf(gate, value as Json);
}

/** Texts whose escapes have to be seen. */
const mayHoldQuotes = (rules: TextRules): boolean => charactersOf(rules)('"');

/** A vector of earlier gates, with the usual states of those learned since. */
const completed = (vector: Vector, gates: readonly Gate[]): Vector =>
  new Map(gates.map(gate => [gate.slot.id, stateFor(gate, vector.get(gate.slot.id))]));

const stateFor = (gate: Gate, state: State | undefined): State =>
  state !== undefined && gate.states.includes(state) ? state : gate.states[0]!;
