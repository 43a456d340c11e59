import { existsSync, readFileSync } from 'node:fs';
import { PlatformError, PlatformErrors } from '../../core/platform-error';
import { GIT_OPS_FOLDER, GUARDS_FOLDER } from '../../platform/git-ops';
import type { Platform } from '../../platform/platform';
import { parseRules, RULES_FILE } from '../../promotion/rules-file';
import { loadPlatform } from '../load-platform';
import { pinMistakes } from '../pin-mistakes';
import { mistakesIn } from '../mistakes-in';
import { colours, print, type Output } from '../tables';

export interface ValidateOptions {
  readonly app: string;
  readonly output: Output;
}

/** Finds every mistake that synthesis and promotion would find, and writes nothing. */
export async function validate({ app, output }: ValidateOptions): Promise<void> {
  const platform = await loadPlatform(app);
  const mistakes = [...mistakesOf(() => platform.synth({ dryRun: true })), ...mistakesOf(() => checkRules(platform))];
  const units = platform.units.map(({ name }) => name);
  const data = { units, mistakes: mistakes.map(({ message }) => message) };
  if (mistakes.length === 0 || output === 'json') {
    print(output, data, () => `${colours.green('valid')}: ${units.length} units, ${rulesText()}`);
  }
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

const rulesText = (): string => (existsSync(RULES_FILE) ? RULES_FILE : `no ${RULES_FILE}`);

/**
 * Checks the rules of promotion, if there are some.
 *
 * @throws PlatformErrors if they are wrong, name what the platform has not, or would hold what is pinned here
 */
function checkRules(platform: Platform): void {
  if (!existsSync(RULES_FILE)) {
    return;
  }
  const rules = parseRules(readFileSync(RULES_FILE, 'utf8'));
  const units = platform.units.filter(({ folder }) => folder !== GIT_OPS_FOLDER && folder !== GUARDS_FOLDER);
  const environments = new Set(units.map(({ folder }) => folder));
  const teams = new Set(units.map(({ folder, name }) => name.slice(folder.length + 1)));
  const foreign = (what: string, names: Iterable<string>, known: ReadonlySet<string>) =>
    [...names]
      .filter(name => !known.has(name))
      .map(
        name =>
          new PlatformError(
            RULES_FILE,
            `the platform has no ${what} "${name}"`,
            `use one of: ${[...known].join(', ')}, or declare it`,
            'rules',
          ),
      );
  const mistakes = [
    ...foreign('environment', rules.environments.keys(), environments),
    ...foreign('team', rules.teams.keys(), teams),
    ...pinMistakes(rules),
  ];
  if (mistakes.length > 0) {
    throw new PlatformErrors(mistakes);
  }
}

function mistakesOf(step: () => unknown): readonly PlatformError[] {
  try {
    step();
    return [];
  } catch (error) {
    const mistakes = mistakesIn(error);
    if (mistakes.length === 0) {
      throw error;
    }
    return mistakes;
  }
}
