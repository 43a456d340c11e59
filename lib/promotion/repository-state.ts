import { isDnsLabel } from '../core/dns-label';
import { parsePins, type Pins } from '../core/pins';
import { collect, PlatformError } from '../core/platform-error';
import type { GitRepository } from './git-repository';
import { plainText } from './plain-text';
import { unitOf, type PinsByUnit } from './plan';
import type { Rules } from './rules';
import { parseRules, RULES_FILE } from './rules-file';
import type { Place } from './wanted';

/** Folder of the pins. */
export const PINS_FOLDER = 'environments';
/** A file of this name freezes the environment in whose folder it is, or all of them; its text says why. */
const FREEZE_FILE = '.freeze';

/** What a commit says about versions. */
export interface RepositoryState {
  readonly commit: string;
  readonly rules: Rules;
  readonly pins: PinsByUnit;
  /** The pin files as they are written, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Why environments are frozen, by name. */
  readonly frozen: ReadonlyMap<string, string>;
  /** What is wrong in pin files; their units are left alone. */
  readonly mistakes: readonly PlatformError[];
}

export const pinFile = ({ environment, team }: Omit<Place, 'model'>): string =>
  `${PINS_FOLDER}/${environment}/${team}.yaml`;

/**
 * Reads what a commit says about versions.
 *
 * @param before what another commit says; what is the same is not read again
 * @throws PlatformError if it has no rules, PlatformErrors if they are wrong
 */
export async function readState(
  git: GitRepository,
  commit: string,
  before?: RepositoryState,
): Promise<RepositoryState> {
  const files = await git.read(commit, [RULES_FILE, PINS_FOLDER]);
  const text = files.get(RULES_FILE);
  if (text === undefined) {
    const remedy = 'write and push it: see docs/promotion.md';
    throw new PlatformError(RULES_FILE, 'the branch has no such file', remedy, 'rules');
  }
  const rules = parseRules(text);
  const pins = new Map<string, Pins>();
  const frozen = new Map<string, string>();
  const mistakes: PlatformError[] = [];
  for (const [path, content] of files) {
    const [, environment, name, ...deeper] = path.split('/');
    if (path === `${PINS_FOLDER}/${FREEZE_FILE}`) {
      [...rules.environments.keys()].forEach(each => frozen.set(each, firstLine(content)));
    } else if (name === FREEZE_FILE) {
      frozen.set(environment!, firstLine(content));
    } else if (name?.endsWith('.yaml') && deeper.length === 0 && !name.startsWith('.')) {
      const unit = { environment: environment!, team: name.slice(0, -'.yaml'.length) };
      if (isDnsLabel(unit.environment) && isDnsLabel(unit.team)) {
        const known = before?.texts.get(path) === content ? before.pins.get(unitOf(unit)) : undefined;
        mistakes.push(...collect(() => pins.set(unitOf(unit), known ?? parsePins(content, path))));
      } else {
        mistakes.push(
          new PlatformError(plainText(path), 'the path names no environment and team', 'rename or remove it', 'pins'),
        );
      }
    }
  }
  return { commit, rules, pins, texts: files, frozen, mistakes };
}

/** The places that an alias feeds: those that are pinned. */
export function places({ rules, pins }: RepositoryState): Place[] {
  return [...rules.environments.keys()].flatMap(environment =>
    [...rules.teams.keys()].flatMap(team =>
      [...(pins.get(unitOf({ environment, team }))?.models.keys() ?? [])].map(model => ({ environment, team, model })),
    ),
  );
}

const firstLine = (text: string): string => text.trim().split('\n')[0]!;
