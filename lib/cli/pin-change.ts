import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parsePins, type Pins } from '../core/pins';
import { PlatformError } from '../core/platform-error';
import { reasonsText } from '../promotion/gates';
import { editPin } from '../promotion/pin-edit';
import { planPromotions, UNPINNED, unitOf, type Promotion } from '../promotion/plan';
import { pinFile } from '../promotion/repository-state';
import { registeredName, ruleFor, type Rules } from '../promotion/rules';
import { parseRules, RULES_FILE } from '../promotion/rules-file';
import { placeText, type Place } from '../promotion/wanted';
import { aliased } from './aliases';
import { faultOf } from './exit-codes';
import type { Target } from './places';
import { registriesBy, type PromotionOptions } from './promotion-world';
import { rewritePin, textIn, type PinTexts } from './rewrite-pin';

/** A change of a pin in a file of this folder. */
export interface PinChange extends PinTexts {
  /** Writes it, and says why the pin stays as it is if somebody else changed that. */
  write(): string | undefined;
  /** What comes out while the file has the new pin; it gets the old one back before anything else can happen. */
  during<Result>(build: () => Result): Result;
}

/**
 * What becomes of the file of pins in this folder; undefined if no version is named, or that one is pinned.
 *
 * @throws PlatformError if the version may not go out
 */
export async function pinChange(
  target: Target,
  place: Place,
  options: PromotionOptions,
): Promise<PinChange | undefined> {
  if (target.version === undefined && target.alias === undefined) {
    return undefined;
  }
  const file = pinFile(place);
  const before = textIn(file);
  const promotion = await promotionTo(target, place, parsePins(before, file), options);
  if (promotion === undefined) {
    return undefined;
  }
  const texts = { file, before, after: editPin(before, file, promotion) };
  return {
    ...texts,
    write: () => rewritePin(place.model, texts),
    during: build => {
      const there = existsSync(file);
      const made = mkdirSync(dirname(file), { recursive: true });
      const stays = rewritePin(place.model, texts);
      if (stays !== undefined) {
        throw new PlatformError(file, `it was changed meanwhile: ${stays}`, 'try again');
      }
      try {
        return build();
      } finally {
        rewritePin(place.model, { file, before: texts.after, after: before });
        if (!there && textIn(file) === '') {
          rmSync(file, { force: true });
          removeEmpty(dirname(file), made);
        }
      }
    },
  };
}

/** Removes a folder and those above it, up to the first one that was made; others may have put something there. */
function removeEmpty(folder: string, made: string | undefined): void {
  if (made !== undefined && readdirSync(folder).length === 0) {
    rmdirSync(folder);
    removeEmpty(dirname(folder), resolve(folder) === resolve(made) ? undefined : made);
  }
}

async function promotionTo(
  target: Target,
  place: Place,
  pins: Pins,
  options: PromotionOptions,
): Promise<Promotion | undefined> {
  const pin = pins.models.get(place.model) ?? { name: place.model, version: UNPINNED, line: 0 };
  const rules = rulesHere();
  if (rules === undefined || ruleFor(rules, place.environment, place.team, place.model) === undefined) {
    if (target.version === undefined || pin.digest !== undefined) {
      throw new PlatformError(
        placeText(place),
        `${RULES_FILE} names no registry for it, so ${target.version === undefined ? 'aliases are' : 'its digest is'} unknown`,
        `name one there, or write the pin into ${pins.file} and leave the version out here`,
      );
    }
    const change = { kind: 'version' } as const;
    return pin.version === target.version
      ? undefined
      : { ...place, from: pin.version, version: target.version, change };
  }
  const registry = registriesBy(options.credentials);
  const version = target.version ?? (await aliased({ registry }, { rules }, place, target.alias));
  const name = registeredName(rules, place.team, place.model);
  const facts = await registry(rules.teams.get(place.team)!.registry).version(name, version, false);
  const models = new Map([...pins.models, [place.model, pin]]);
  const wanted = { ...place, version, person: { insisted: 'by hand' }, evidence: { facts } };
  const plan = planPromotions([wanted], new Map([[unitOf(place), { ...pins, models }]]), rules, new Date());
  const [held] = plan.held;
  if (held !== undefined) {
    const fault = faultOf(held.reasons);
    const kind = fault === 'absent' || fault === 'sameName' ? fault : 'held';
    throw new PlatformError(placeText(place), reasonsText(held.reasons), 'choose another version', kind);
  }
  return plan.promotions[0];
}

const rulesHere = (): Rules | undefined =>
  existsSync(RULES_FILE) ? parseRules(readFileSync(RULES_FILE, 'utf8')) : undefined;
