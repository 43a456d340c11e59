import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { PlatformError } from '../core/platform-error';
import { idOf, nameOf, type KubeManifest } from '../deploy/cluster';
import { outrun } from '../promotion/git-repository';
import { belongsTo } from '../promotion/rewrite';
import { plainText } from '../promotion/plain-text';
import { unitOf } from '../promotion/plan';
import { runIn } from '../promotion/ports/synthesis';
import { readState } from '../promotion/repository-state';
import type { Place } from '../promotion/wanted';
import { placesOf, type PlaceOptions } from './places';
import { ownCommand, type World } from './promotion-world';

/** What `mlops routes --list` prints for programs. */
const listed = z.array(
  z.object({
    environment: z.string(),
    team: z.string(),
    model: z.string(),
    instances: z.array(z.string()),
    routes: z.array(z.object({ kind: z.string(), name: z.string(), claims: z.array(z.string()) })),
  }),
);
export type ListedModel = z.infer<typeof listed>[number];

/** What was committed, or would be. */
export interface RouteCommit {
  readonly models: readonly ListedModel[];
  /** Objects that changed, as `Kind/name`. */
  readonly changed: readonly string[];
  readonly commit: string | undefined;
  readonly diff: string;
}

/** Most commits of others that this tries to be faster than. */
const MOST_RACES = 10;
const INSTANCE = 'app.kubernetes.io/instance';

/**
 * Writes what `main.ts` of the branch declares of these models, as one commit.
 *
 * @throws PlatformError if that changes more than what belongs to them, GitError if others are always faster
 */
export async function commitRoutes(
  world: World,
  models: readonly string[],
  options: PlaceOptions & { readonly dryRun?: boolean },
): Promise<RouteCommit> {
  for (let races = 0; ; races++) {
    const made = await makeCommit(world, models, options);
    if (made.commit === undefined || (await world.git.push(made.commit))) {
      return made;
    }
    if (races === MOST_RACES) {
      throw outrun(races);
    }
  }
}

async function makeCommit(
  { git, synthesize, now, person }: World,
  models: readonly string[],
  options: PlaceOptions & { readonly dryRun?: boolean },
): Promise<RouteCommit> {
  const state = await readState(git, await git.fetch());
  const places = placesOf(state, undefined, options).filter(
    ({ model }) => models.length === 0 || models.includes(model),
  );
  const missing = models.find(name => places.every(({ model }) => model !== name));
  if (missing !== undefined) {
    throw new PlatformError(plainText(missing), 'no such model is pinned there', 'mlops status lists those that are');
  }
  const units = [...new Map(places.map(place => [unitOf(place), place])).values()];
  const folder = await git.layOut(state.commit, new Map());
  const run = runIn(ownCommand());
  const all: ListedModel[] = [];
  for (const { environment, team } of units) {
    const args = ['routes', '--list', '--output=json', `--environment=${environment}`, `--team=${team}`];
    all.push(...listed.parse(JSON.parse(await run(folder, args))));
    await synthesize(folder, unitOf({ environment, team }));
  }
  const meant = all.filter(one => places.some(place => sameModel(place, one)));
  const files = await git.changed();
  const before = await git.read(state.commit, [...files.keys()]);
  const changed: string[] = [];
  for (const [path, content] of files) {
    const unit = units.find(one => belongsTo(path, one));
    if (unit === undefined) {
      throw new PlatformError(
        plainText(path),
        'the synthesis changes it too',
        'commit what "npm run synth" writes first',
      );
    }
    if (path.endsWith('.k8s.yaml')) {
      const own = new Set(meant.filter(one => unitOf(one) === unitOf(unit)).flatMap(({ instances }) => instances));
      changed.push(...differing(path, before.get(path) ?? '', content?.toString('utf8') ?? '', own));
    }
  }
  const diff = files.size > 0 && options.dryRun ? await git.diff() : '';
  if (files.size === 0 || options.dryRun) {
    return { models: meant, changed, commit: undefined, diff };
  }
  const names = [...new Set(meant.map(({ model }) => model))].join(', ');
  const message = `${units.map(unitOf).join(', ')}: routes of ${names}\n\nMlops-By: person ${plainText(person)}\n`;
  const commit = await git.commit({ parent: state.commit, files, message, time: now() });
  return { models: meant, changed, commit, diff };
}

/** The objects that differ, each of which must belong to one of the workloads. */
function differing(path: string, before: string, after: string, own: ReadonlySet<string>): string[] {
  const [old, made] = [byId(before), byId(after)];
  const ids = [...new Set([...old.keys(), ...made.keys()])];
  const changed = ids.filter(id => JSON.stringify(old.get(id)) !== JSON.stringify(made.get(id)));
  return changed.map(id => {
    const object = made.get(id) ?? old.get(id)!;
    if (!own.has(object.metadata.labels?.[INSTANCE] ?? '')) {
      throw new PlatformError(
        plainText(path),
        `the synthesis changes ${nameOf(object)} too, which belongs to none of these models`,
        'commit what "npm run synth" writes first, or name the other models as well',
      );
    }
    return nameOf(object);
  });
}

type Labelled = KubeManifest & { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } };

const byId = (text: string): Map<string, Labelled> =>
  new Map(
    parseAllDocuments(text).flatMap(document => {
      const object = document.toJS() as Labelled | null;
      return object === null ? [] : [[idOf(object), object] as const];
    }),
  );

const sameModel = (place: Place, one: Place): boolean => unitOf(place) === unitOf(one) && place.model === one.model;
