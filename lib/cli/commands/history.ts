import { PlatformError } from '../../core/platform-error';
import { PinHistory, type PinChange } from '../../promotion/pin-history';
import { plainText } from '../../promotion/plain-text';
import { pinFile, readState } from '../../promotion/repository-state';
import type { Place } from '../../promotion/wanted';
import { exitCodeOfPins } from '../exit-codes';
import { tellMistakes } from '../outcomes';
import { placesOf, type PlaceOptions } from '../places';
import { worldOf, type PromotionOptions } from '../promotion-world';
import { print, table } from '../tables';

export interface HistoryOptions extends PromotionOptions, PlaceOptions {
  readonly limit: string;
}

/** Says which versions were pinned when, and who did that. */
export async function history(model: string | undefined, options: HistoryOptions): Promise<void> {
  if (!/^[1-9][0-9]{0,8}$/.test(options.limit)) {
    throw new PlatformError('--limit', `"${plainText(options.limit)}" is no count`, 'use a whole number from 1 on');
  }
  const { git } = worldOf(options);
  const state = await readState(git, await git.fetch());
  const past = new PinHistory(git, state.commit);
  const limit = Number(options.limit);
  const files = new Map<string, Place[]>();
  for (const place of placesOf(state, model, options)) {
    files.set(pinFile(place), [...(files.get(pinFile(place)) ?? []), place]);
  }
  let shown: Row[] = [];
  for (const [path, places] of files) {
    const rows = await newest(past.ofPins(path, places), limit);
    shown = [...shown, ...rows].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, limit);
  }
  print(options.output, shown, () =>
    table(
      ['Time', 'Environment', 'Team', 'Model', 'Version', 'Canary', 'By', 'Commit'],
      shown.map(({ time, environment, team, model: name, version, canary, by, commit }) => [
        time.slice(0, 19).replace('T', ' '),
        environment,
        team,
        name,
        version === undefined ? 'removed' : `${version}`,
        canary ? `${canary.version} (${canary.percent} %)` : '',
        by,
        commit.slice(0, 12),
      ]),
    ),
  );
  tellMistakes({ state });
  process.exitCode = exitCodeOfPins({ state });
}

/** As many as are shown: what is older is not read. */
async function newest(changes: AsyncIterable<PinChange>, limit: number): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { place, pin, time, author, record, commit } of changes) {
    const { version, canary, run } = pin ?? {};
    const by = plainText(record?.mover ?? author);
    rows.push({ time: time.toISOString(), ...place, version, canary, run, by, commit });
    if (rows.length === limit) {
      break;
    }
  }
  return rows;
}

interface Row {
  readonly time: string;
  readonly environment: string;
  readonly team: string;
  readonly model: string;
  readonly version: number | undefined;
  readonly canary: { readonly version: number; readonly percent: number } | undefined;
  readonly run: string | undefined;
  readonly by: string;
  readonly commit: string;
}
