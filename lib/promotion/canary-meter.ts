import type { Surroundings } from './outcome';
import { unitOf, type PinsByUnit } from './plan';
import { ruleFor, type Rules } from './rules';
import { orServiceError, type ServiceError } from './service-error';
import { placeText, withNames, type Place, type Wanted } from './wanted';

/** Asks what the pinned canaries measure, once each, wherever the aliases point. */
export class CanaryMeter {
  private readonly answers = new Map<string, Promise<number | ServiceError | undefined>>();

  constructor(private readonly world: Pick<Surroundings, 'measure'>) {}

  /** The same with what their canaries measured; a version that a person asks for has no part in another's canary. */
  public async of(
    wanted: readonly Wanted[],
    { pins, rules }: { readonly pins: PinsByUnit; readonly rules: Rules },
  ): Promise<readonly Wanted[]> {
    const questions = wanted.map(one => {
      const { environment, team, model, version, person } = one;
      const canary = pins.get(unitOf(one))?.models.get(model)?.canary;
      const isOfPerson = person && version !== canary?.version;
      return canary && !isOfPerson ? ruleFor(rules, environment, team, model)?.canary?.query?.text : undefined;
    });
    // Most looks find no canary.
    if (questions.every(question => question === undefined)) {
      return wanted;
    }
    return Promise.all(
      wanted.map(async (one, index) => {
        const question = questions[index];
        return question === undefined ? one : { ...one, measured: await this.answer(one, question) };
      }),
    );
  }

  private answer(place: Place, question: string): Promise<number | ServiceError | undefined> {
    const key = placeText(place);
    let answer = this.answers.get(key);
    if (answer === undefined) {
      // Names hold nothing that ends a text of PromQL.
      answer = orServiceError(Promise.resolve(this.world.measure?.(withNames(question, place))));
      this.answers.set(key, answer);
    }
    return answer;
  }
}
