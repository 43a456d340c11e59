import { PlatformError } from '../../core/platform-error';
import { PinHistory } from '../../promotion/pin-history';
import { plainText } from '../../promotion/plain-text';
import { readState } from '../../promotion/repository-state';
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
  tellMistakes({ state });
  const past = new PinHistory(git, state.commit);
  const rows: Row[] = [];
  for (const place of placesOf(state, model, options)) {
    for await (const { pin, time, author, record, commit } of past.ofPin(place)) {
      const by = record?.mover ?? author;
      const { version, canary, run } = pin ?? {};
      rows.push({ time: time.toISOString(), ...place, version, canary, run, by: plainText(by), commit });
    }
  }
  const shown = rows.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, Number(options.limit));
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
