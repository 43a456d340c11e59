import { SampledValues } from '../../../lib/helm/prove/sampled-values';
import { expectRefusal } from '../../support';
import { IDENTITY } from '../charts';

/** A construct that takes no odd number. */
const evenOnly = jest.fn(({ count }: { count: number }) => {
  if (count % 2 === 1) {
    throw new Error('odd');
  }
  return [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { count } }];
});
const sampled = (...given: { count: number; note?: string }[]): SampledValues =>
  new SampledValues(IDENTITY, evenOnly, given, values => (values as { count: number }).count < 10);
beforeEach(() => evenOnly.mockClear());

describe('SampledValues', () => {
  it('ask the construct once for each sample', () => {
    const samples = sampled({ count: 2 }, { count: 4 });
    expect(samples.count).toBe(2);
    expect(samples.at(1)).toBe(samples.at(1));
    expect([...samples.at(1).objects.values()]).toEqual([expect.objectContaining({ data: { count: 4 } })]);
    expect(evenOnly).toHaveBeenCalledTimes(1);
  });

  it('give other values the release of a sample', () => {
    const samples = sampled({ count: 2 }, { count: 4 });
    expect(samples.like(samples.at(1), { count: 6 }).release).toEqual(samples.at(1).release);
  });

  it('find nothing of values that schema or construct refuse, and ask once', () => {
    const samples = sampled();
    expect([3, 12].map(count => samples.probe({ count }))).toEqual([undefined, undefined]);
    expect(samples.probe({ count: 8 })).toBe(samples.probe({ count: 8 }));
    expect(samples.probe({ count: 3 })).toBeUndefined();
    expect(evenOnly.mock.calls.map(([{ count }]) => count)).toEqual([3, 8]);
  });

  it('tell of values that the construct refuses, though the schema allows them', () => {
    expectRefusal(
      () => sampled({ count: 3 }).at(0),
      '[demo] the schema allows values that the construct refuses: odd (with {"count":3}); say the rule in the schema too, with a pattern, bounds or a choice',
    );
  });

  it('show the beginning of values that nobody would read to their end', () => {
    const shown = `{"count":1,"note":"${'x'.repeat(300 - '{"count":1,"note":"'.length)}...`;
    expect(() => sampled({ count: 1, note: 'x'.repeat(1000) }).at(0)).toThrow(`(with ${shown})`);
  });
});
