import { CONDITIONS } from './conditions';
import { FOREIGN } from './foreign';
import { LISTS } from './lists';
import { MAPS } from './maps';
import type { Nasty } from './nasty';
import { NUMBERS } from './numbers';
import { TEXTS } from './texts';

/** Small constructs, each of which is either translated rightly or refused with a reason. */
export const NASTY: readonly Nasty[] = [...CONDITIONS, ...LISTS, ...MAPS, ...TEXTS, ...NUMBERS, ...FOREIGN];
