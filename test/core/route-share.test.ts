import { checkShares } from '../../lib/core/route-share';
import { expectRefusal } from '../support';

const check = (...weights: (number | undefined)[]) =>
  checkShares(
    'x',
    weights.map((weight, index) => ({ service: `v${index + 1}`, weight })),
  );

describe('the shares of a route', () => {
  it.each([[[undefined]], [[100]], [[95, 5]], [[100, 0]], [[50, 30, 20]]])('may be %j', weights => {
    expect(() => check(...weights)).not.toThrow();
  });

  it('lead somewhere', () => {
    expectRefusal(() => check(), '[x] the route leads nowhere; name at least one backend');
  });

  it.each([
    [[95, 6], '101 (v1: 95, v2: 6)'],
    [[95, 4], '99 (v1: 95, v2: 4)'],
    [[5], '5 (v1: 5)'],
  ])('are not %j', (weights, got) => {
    expectRefusal(() => check(...weights), `[x] weights must add up to 100, got ${got}; they are percent`);
  });

  it.each([
    [[100, undefined], 'v1: 100, v2: none'],
    [[105, -5], 'v1: 105, v2: -5'],
    [[99.5, 0.5], 'v1: 99.5, v2: 0.5'],
    [[NaN, 100], 'v1: NaN, v2: 100'],
  ])('are never %j', (weights, got) => {
    expectRefusal(
      () => check(...weights),
      `[x] weights must be whole numbers from 0 on, got ${got}; give each backend one`,
    );
  });
});
