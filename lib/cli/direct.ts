import { join } from 'node:path';
import { isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { applyObjects, removeObjects, undo, type Change, type ChangeProps } from '../deploy/change';
import { nameOf, type KubeManifest } from '../deploy/cluster';
import { Kubectl } from '../deploy/ports/kubectl';
import { UndoRecords, type UndoRecord } from '../deploy/ports/undo-records';
import type { DeclaredModel } from '../platform/models';
import type { Platform } from '../platform/platform';
import { DURATION_RULE, seconds } from '../promotion/duration';
import { plainText } from '../promotion/plain-text';
import { unitOf } from '../promotion/plan';
import { placeText, type Place } from '../promotion/wanted';
import { EXIT } from './exit-codes';
import { loadPlatform } from './load-platform';
import { pinChange } from './pin-change';
import { refuseUnknown, type PlaceOptions, type Target } from './places';
import { cacheFolder, type PromotionOptions } from './promotion-world';
import { rewritePin } from './rewrite-pin';
import { colours, print } from './tables';

/** How a cluster is changed directly, without a commit. */
export interface ClusterOptions {
  readonly apply?: boolean;
  readonly undo?: boolean;
  readonly context?: string;
  readonly timeout: string;
  readonly app: string;
  readonly dryRun?: boolean;
}
export type DirectOptions = ClusterOptions & PlaceOptions & PromotionOptions;

const asManifests = (objects: readonly object[]): readonly KubeManifest[] => objects as readonly KubeManifest[];
const asPlace = ({ environment, team, model }: Place): Place => ({ environment, team, model });
/** Kinds without which a route leads nowhere: who may come is in the model's policy. */
const ROUTING = ['NetworkPolicy'];

/** Pins the version in the file here, if one is named, and applies the model's objects. */
export async function applyModel(target: Target, options: DirectOptions): Promise<void> {
  const { platform, parts, records } = await begin(options);
  const place = onePlaceOf(platform, target.model, options);
  const pins = await pinChange(target, place, options);
  endChangesByTerm(parts);
  const key = ['deploy', unitOf(place), place.model];
  const only = unitOf(place);
  // Every mistake is found before anything is changed.
  const build = () => {
    platform.synth({ only, dryRun: true });
    return asManifests(modelAt(platform, place).objects);
  };
  const objects = pins ? pins.during(build) : build();
  if (options.dryRun) {
    await parts.cluster.apply(objects, { dryRun: true });
    tellDone(options, parts, 'would apply', objects);
    return;
  }
  const noted = pins && { file: pins.file, before: pins.before, after: pins.after };
  const change = await applyObjects(objects, parts, records.journal(key, noted));
  if (isDone(pins?.write(), parts)) {
    platform.synth({ only });
  }
  tellDone(options, parts, 'applied', objects, change);
}

/** Removes a model's objects. The pin stays: as long as it does, `deploy --apply` brings them back. */
export async function removeModel(model: string, options: DirectOptions): Promise<void> {
  const { platform, parts, records } = await begin(options);
  const place = onePlaceOf(platform, model, options);
  const objects = asManifests(modelAt(platform, place).objects);
  endChangesByTerm(parts);
  if (options.dryRun) {
    await parts.cluster.remove(objects, { dryRun: true });
    tellDone(options, parts, 'would remove', [...(await parts.cluster.read(objects)).values()]);
    return;
  }
  const key = ['delete', unitOf(place), place.model];
  const { before } = await removeObjects(objects, parts, records.journal(key));
  tellDone(options, parts, 'removed', before);
}

/** Applies the routes of models, with the policies that let requests in. */
export async function applyRoutes(models: readonly string[], options: DirectOptions): Promise<void> {
  const { platform, parts, records } = await begin(options);
  endChangesByTerm(parts);
  const objects = modelsOf(platform, models, options).flatMap(one => {
    const names = new Set(one.routes.map(({ kind, name }) => `${kind}/${name}`));
    return names.size === 0
      ? []
      : asManifests(one.objects).filter(object => names.has(nameOf(object)) || ROUTING.includes(object.kind));
  });
  if (options.dryRun) {
    await parts.cluster.apply(objects, { dryRun: true });
    tellDone(options, parts, 'would apply', objects);
    return;
  }
  const key = routesKey(models, options);
  const change = await applyObjects(objects, parts, records.journal(key));
  tellDone(options, parts, 'applied', objects, change);
}

/** Puts back what stood there before the last `deploy` or `delete` of a model. */
export async function undoModel(what: 'delete' | 'deploy', model: string, options: DirectOptions): Promise<void> {
  const world = await begin(options);
  const place = onePlaceOf(world.platform, model, options);
  const record = await undoLast([what, unitOf(place), place.model], world, options);
  if (record.pins === undefined || options.dryRun) {
    return;
  }
  const { file, before, after } = record.pins;
  if (isDone(rewritePin(place.model, { file, before: after, after: before }), world.parts)) {
    world.platform.synth({ only: unitOf(place) });
  }
}

/** The same for routes of the same models. */
export async function undoRoutes(models: readonly string[], options: DirectOptions): Promise<void> {
  const world = await begin(options);
  await undoLast(routesKey(models, options), world, options);
}

/** The declared models that are meant. */
export function modelsOf(
  platform: Platform,
  models: readonly string[],
  options: PlaceOptions & Pick<ClusterOptions, 'app'>,
): DeclaredModel[] {
  const { environment, team } = options;
  const units = platform.units.map(({ folder, name }) => ({ folder, team: name.slice(folder.length + 1) }));
  const folders = [...new Set(units.map(({ folder }) => folder))];
  refuseUnknown(options, options.app, folders, [...new Set(units.map(one => one.team))]);
  const all = platform
    .models()
    .filter(one => (environment ?? one.environment) === one.environment && (team ?? one.team) === one.team);
  const unknown = models.find(name => all.every(({ model }) => model !== name));
  if (unknown !== undefined) {
    throw notDeclared(unknown, all);
  }
  return models.length === 0 ? all : all.filter(({ model }) => models.includes(model));
}

/** Whether nothing stays as it is; if something does, says why. */
function isDone(stays: string | undefined, { tell }: ChangeProps): boolean {
  if (stays !== undefined) {
    tell(stays);
    process.exitCode = EXIT.conflict;
  }
  return stays === undefined;
}

interface Begun {
  readonly platform: Platform;
  readonly parts: ChangeProps & { readonly cluster: Kubectl };
  readonly records: UndoRecords;
}

async function begin({ app, context, timeout, cache }: DirectOptions): Promise<Begun> {
  const length = seconds(timeout);
  if (length === undefined) {
    throw new PlatformError('--timeout', `"${plainText(timeout)}" is no duration`, `use ${DURATION_RULE}`);
  }
  const platform = await loadPlatform(app);
  const cluster = await Kubectl.open(context);
  const tell = (line: string) => console.error(plainText(line));
  tell(`cluster ${cluster.name}`);
  return {
    platform,
    parts: { cluster, seconds: length, tell },
    records: new UndoRecords(join(cacheFolder(cache), 'undo'), {
      platform: process.cwd(),
      cluster: await cluster.identity(),
    }),
  };
}

/** From here on whoever ends the command ends kubectl alone, and what was begun is undone. */
function endChangesByTerm({ tell }: ChangeProps): void {
  // A terminal sends this one to kubectl too.
  process.on('SIGINT', () => tell('interrupted'));
  process.on('SIGTERM', () => {
    tell('interrupted');
    Kubectl.interrupt();
  });
}

async function undoLast(
  key: readonly string[],
  { parts, records }: Begun,
  options: DirectOptions,
): Promise<UndoRecord> {
  const record = records.read(key);
  endChangesByTerm(parts);
  if (!options.dryRun) {
    await undo(record, parts);
    records.forget(key);
  }
  tellDone(options, parts, options.dryRun ? 'would put back' : 'put back', record.before, record);
  return record;
}

const routesKey = (models: readonly string[], options: PlaceOptions): string[] => [
  'routes',
  `${options.environment ?? ''}/${options.team ?? ''}`,
  ...[...models].sort(),
];

/** The one place of a model that is declared, or is to be: then environment and team must be named. */
function onePlaceOf(platform: Platform, model: string, options: DirectOptions): Place {
  const { environment, team } = options;
  if (environment !== undefined && team !== undefined) {
    const unit = unitOf({ environment, team });
    // The names become part of a path.
    if (!isDnsLabel(environment) || !isDnsLabel(team) || platform.units.every(({ name }) => name !== unit)) {
      const known =
        platform.units
          .slice(0, 10)
          .map(({ name }) => name)
          .join(', ') || 'none';
      throw new PlatformError(plainText(unit), 'main.ts declares no such team there', `use one of: ${known}`);
    }
    return { environment, team, model };
  }
  const [one, ...more] = modelsOf(platform, [model], options);
  if (more.length > 0) {
    throw new PlatformError(
      plainText(model),
      `several places have this model: ${[one!, ...more].map(placeText).join(', ')}`,
      'say which: --environment, --team',
    );
  }
  return asPlace(one!);
}

function modelAt(platform: Platform, place: Place): DeclaredModel {
  const all = platform.models(unitOf(place));
  const found = all.find(({ model }) => model === place.model);
  if (found === undefined) {
    throw notDeclared(place.model, all);
  }
  return found;
}

function notDeclared(model: string, all: readonly Place[]): PlatformError {
  const known = all.map(placeText).slice(0, 10).join(', ') || 'none';
  return new PlatformError(
    plainText(model),
    'no such model is declared',
    `declare it in main.ts; what is there: ${known}`,
  );
}

function tellDone(
  options: DirectOptions,
  { cluster }: ChangeProps,
  what: string,
  objects: readonly KubeManifest[],
  change?: Change,
): void {
  const created = change?.created.map(nameOf) ?? [];
  const data = { cluster: cluster.name, action: what, objects: objects.map(nameOf), created };
  print(options.output, data, () =>
    [
      ...data.objects.map(name => `  ${what} ${name}${created.includes(name) ? ', which is new' : ''}`),
      colours.green(`${cluster.name}: ${what} ${objects.length} objects`),
    ].join('\n'),
  );
}
