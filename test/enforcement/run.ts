import { setMaxListeners } from 'node:events';
import { Checks, equal, Stop } from '../cluster/checks';
import { diagnose } from '../cluster/diagnosis';
import { Kubectl } from '../cluster/kubectl';
import { namespacesOf, TEAMS } from './actors';
import { type Cell, cellsOf, isForbidden, isOpen, policiesOf, PROTOCOLS } from './cells';
import { Enforcer } from './enforcer';
import { platformObjects } from './platform';
import { type Answers, Prober } from './prober';
import { type Judged, openPaths, sampleOf, verdictOf } from './sample';
import { hosts, setStage, type Stage } from './stage';
import { disagreements, Sums, tally, tallyText } from './tally';

const MINUTES = 8;
const CHAPTERS = ['everything connects without policies', "the platform's policies", 'a sample of mutants'];

/** Looks on the cluster of KUBECONFIG whether the network does what the model says; returns whether it does. */
async function main(): Promise<boolean> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort()).once('SIGTERM', () => interrupt.abort());
  const signal = AbortSignal.any([interrupt.signal, AbortSignal.timeout(MINUTES * 60_000)]);
  // As many as there are calls of kubectl at the same time.
  setMaxListeners(Infinity, signal);
  const kubectl = new Kubectl(signal);
  const prober = new Prober(signal);
  const checks = new Checks(signal);
  const image = process.env['ENFORCEMENT_IMAGE'];
  const missing = image ? await unreachable(kubectl) : 'ENFORCEMENT_IMAGE names no image with python3';
  if (missing !== undefined) {
    CHAPTERS.forEach(chapter => checks.skip(chapter, missing));
    checks.sum();
    return true;
  }
  const objects = platformObjects();
  const names = namespacesOf(objects).map(({ metadata }) => metadata!.name!);
  const { items } = await kubectl.get('namespaces');
  const taken = (items as any[]).map(({ metadata }) => metadata.name).filter(name => names.includes(name));
  if (taken.length > 0) {
    throw new Error(`the cluster has the namespaces ${taken.join(', ')} already, and the test would remove them`);
  }
  try {
    await judge(kubectl, prober, checks, objects, image!);
  } catch (error) {
    if (!(error instanceof Stop)) {
      throw error;
    }
    console.log(error.message);
    for (const name of names) {
      await diagnose(new Kubectl(), name);
    }
  } finally {
    prober.end();
    const args = ['delete', 'namespace', '--ignore-not-found', '--wait', '--timeout=120s', ...names];
    const { failed, stderr } = await new Kubectl().attempt(args, { seconds: 130 });
    if (failed) {
      console.error(`not everything was removed: ${stderr.trim()}`);
    }
  }
  return checks.sum();
}

/** Why there is no cluster to ask, if there is none. */
async function unreachable(kubectl: Kubectl): Promise<string | undefined> {
  const { failed, stderr } = await kubectl.attempt(['get', '--raw', '/readyz'], { seconds: 10 });
  return failed ? `no cluster answers: ${stderr.trim().split('\n').at(-1)}` : undefined;
}

async function judge(
  kubectl: Kubectl,
  prober: Prober,
  checks: Checks,
  objects: readonly any[],
  image: string,
): Promise<void> {
  if (hosts().length === 0) {
    checks.skip('the internet edge', 'ENFORCEMENT_HOSTS names no hosts outside of the cluster');
  }
  await checks.need('the proof has nothing against the platform', async () => {
    equal('breaches', verdictOf(objects).breaches, []);
  });
  let stage: Stage | undefined;
  await checks.need('a pod runs for each workload, and wild ones beside them', async () => {
    stage = await setStage(kubectl, objects, image);
    const own = stage.actors.filter(({ namespace }) => TEAMS.includes(namespace)).length;
    return `${TEAMS.length} teams with ${own} pods, ${stage.actors.length - own} others, ${stage.targets.length} targets`;
  });
  const { actors, targets, canary } = stage!;
  const cells = cellsOf(actors, targets);
  const enforcer = new Enforcer(kubectl, prober, canary);
  const sums = new Sums();

  await checks.need('without policies every cell connects', async () => {
    const all = cells.map(() => true);
    const answers = await prober.askAll(cells, all);
    sums.add('without policies', cells, all, answers);
    return matrix(cells, all, answers);
  });

  const asked = async (what: string, some: readonly Cell[], mutated: readonly any[]) => {
    const model = policiesOf(mutated);
    const predicted = some.map(cell => isOpen(model, cell));
    await enforcer.enforce(mutated.filter(({ kind }) => kind === 'NetworkPolicy'));
    const answers = await prober.askAll(some, predicted);
    sums.add(what, some, predicted, answers);
    return { predicted, answers };
  };
  await checks.check("the platform's policies let through what the model says, and nothing else", async () => {
    const { predicted, answers } = await asked('the platform', cells, objects);
    const figures = matrix(cells, predicted, answers);
    equal('connections that the proof excludes', forbiddenFlows(cells, answers).length, 0);
    return figures;
  });

  const sample = sampleOf(objects, cells);
  for (const one of sample) {
    await checks.check(`mutant: ${one.mutant.name}`, async () => {
      // The others were asked already, and the policies at neither of their ends have changed.
      const ends = ({ from, to }: Cell) => [from.namespace, to.namespace ?? ''];
      const some = cells.filter(cell => ends(cell).some(end => one.namespaces.includes(end)));
      const { predicted, answers } = await asked('mutants', some, one.mutant.objects);
      agree(some, predicted, answers);
      const counted = tallyText(tally(some, predicted, answers, () => true));
      return `${counted}; ${compared(one, forbiddenFlows(some, answers))}`;
    });
  }
  console.log(sums.text);
  const caught = sample.filter(({ verdict }) => verdict.breaches.length > 0).length;
  console.log(`${sample.length} mutants: ${caught} that the proof refuses, ${sample.length - caught} that it takes`);
}

/** @throws Error if the network does anything else than was predicted */
function agree(cells: readonly Cell[], predicted: readonly boolean[], answers: Answers): void {
  const told = disagreements(cells, predicted, answers);
  if (told.length > 0) {
    throw new Error(`${told.length} of ${cells.length} cells disagree\n${told.slice(0, 40).join('\n')}`);
  }
}

/** The figures of all cells, by protocol and by what was called. */
function matrix(cells: readonly Cell[], predicted: readonly boolean[], answers: Answers): string {
  const lines = PROTOCOLS.flatMap(protocol =>
    (['pods', 'Services', 'hosts'] as const).map(kind => {
      const counted = tally(cells, predicted, answers, ({ to }) => to.protocol === protocol && to.kind === kind);
      return `\n        ${protocol} to ${kind}: ${tallyText(counted)}`;
    }),
  );
  agree(cells, predicted, answers);
  return `${cells.length} cells, 0 disagree${lines.join('')}`;
}

/** Connections that came about and that isolation forbids. */
const forbiddenFlows = (cells: readonly Cell[], answers: Answers): Cell[] =>
  cells.filter((cell, index) => answers[index] !== null && isForbidden(cell));

/**
 * What the proof says of a mutant, beside what flows.
 *
 * @throws Error if something flows that the proof calls closed, or nothing does where it calls a path between teams open
 */
function compared({ verdict }: Judged, flows: readonly Cell[]): string {
  const open = openPaths(verdict);
  const between = new Set(
    flows
      .map(({ from, to }) => [from.namespace, to.namespace ?? ''])
      .filter(ends => ends.every(end => TEAMS.includes(end)))
      .map(ends => ends.join(' ')),
  );
  if (verdict.breaches.length === 0) {
    equal('connections that the proof excludes', flows.length, 0);
    return 'the proof takes it, nothing flows that it forbids';
  }
  equal(
    'paths between teams that the proof calls closed',
    [...between].filter(path => !open.has(path)),
    [],
  );
  if (open.size > 0) {
    equal('paths between teams, of those that the proof calls open', [...between].sort(), [...open].sort());
  }
  if (flows.length === 0) {
    return 'the proof refuses it: half open, nothing flows yet';
  }
  const paths = between.size > 0 ? `, among them all of ${[...between].join(', ')}` : '';
  return `the proof refuses it, ${flows.length} connections flow that it forbids${paths}`;
}

main().then(
  passed => (process.exitCode = passed ? 0 : 1),
  error => {
    console.error((error as Error).message);
    process.exitCode = 1;
  },
);
