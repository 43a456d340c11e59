import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Place } from '../../../lib/promotion/wanted';
import { SharedRepository } from '../../promotion/shared-repository';

/** Which alias feeds which environment. */
export const ALIASES = { staging: 'candidate', production: 'champion' } as const;

/** Teams with models of their own, in two environments. */
export class Teams {
  public readonly names: readonly string[];
  public readonly repository: SharedRepository;

  constructor(
    teams: number,
    private readonly models: number,
    registry: string,
  ) {
    this.names = Array.from({ length: teams }, (_, index) => `team${index}`);
    this.repository = new SharedRepository({
      'promotion.yaml': [
        'registries:',
        `  mlflow: { url: ${registry} }`,
        'environments:',
        ...Object.entries(ALIASES).map(([environment, alias]) => `  ${environment}: { alias: ${alias} }`),
        'teams:',
        ...this.names.map(team => `  ${team}: { registry: mlflow }`),
        '',
      ].join('\n'),
      ...Object.fromEntries(
        Object.keys(ALIASES).flatMap(environment =>
          this.names.flatMap(team => {
            const pins = `models:\n${this.ofTeam(team)
              .map(model => `  ${model}:\n    version: 1\n`)
              .join('')}`;
            return [
              [`environments/${environment}/${team}.yaml`, pins],
              [`dist/${environment}/${team}.k8s.yaml`, manifestOf(pins)],
            ];
          }),
        ),
      ),
    });
    // The server remembers each move of the branch.
    this.repository.git(this.repository.bare, 'config', 'core.logAllRefUpdates', 'true');
  }

  public ofTeam(team: string): string[] {
    return Array.from({ length: this.models }, (_, index) => `${team}-m${index}`);
  }

  /** Every place of every team. */
  public places(): Place[] {
    return Object.keys(ALIASES).flatMap(environment =>
      this.names.flatMap(team => this.ofTeam(team).map(model => ({ environment, team, model }))),
    );
  }

  /** Where the branch stood after each push, the oldest first. */
  public pushes(): string[] {
    const log = readFileSync(join(this.repository.bare, 'logs/refs/heads/main'), 'utf8');
    return log
      .trim()
      .split('\n')
      .map(line => line.split(' ')[1]!);
  }

  /** The subjects of promotions, by place, the oldest first. */
  public promotions(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const subject of this.repository.subjects()) {
      const [, unit, model, change] = /^([a-z]+\/[a-z0-9]+): (\S+) (\d+ -> \d+)$/.exec(subject) ?? [];
      if (unit !== undefined) {
        const place = `${unit}/${model}`;
        found.set(place, [...(found.get(place) ?? []), change!]);
      }
    }
    return found;
  }

  /** Commits that change anything but the pin file and the manifest of one unit. */
  public wide(): string[] {
    const { repository } = this;
    const log = repository.git(repository.bare, 'log', '--format=%x00%s', '--name-only', '--grep=^Mlops-To: ', 'main');
    return log
      .split('\0')
      .filter(Boolean)
      .filter(commit => {
        const [subject = '', ...files] = commit.trim().split('\n').filter(Boolean);
        const unit = subject.split(':')[0]!;
        const expected = [`dist/${unit}.k8s.yaml`, `environments/${unit}.yaml`];
        return files.sort().join() !== expected.join();
      });
  }

  /** Units whose manifest is not made from the pins beside it. */
  public torn(): string[] {
    const units = Object.keys(ALIASES).flatMap(environment => this.names.map(team => `${environment}/${team}`));
    return units.filter(
      unit =>
        this.repository.read(`dist/${unit}.k8s.yaml`) !== manifestOf(this.repository.read(`environments/${unit}.yaml`)),
    );
  }
}

/** Stands for a synthesis: the manifest of a unit says what its pins say. */
export async function synthesize(folder: string, unit: string): Promise<void> {
  const file = join(folder, `dist/${unit}.k8s.yaml`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, manifestOf(readFileSync(join(folder, `environments/${unit}.yaml`), 'utf8')));
}

const manifestOf = (pins: string): string =>
  [...pins.matchAll(/^ {2}(\S+):\n(?: {4}.*\n)*? {4}version: (\d+)/gm)]
    .map(([, model, version]) => `${model} ${version}\n`)
    .join('');
