import { checksum } from '../../lib/core/checksum';
import { derivedValue, observeDerivedValues } from '../../lib/core/derived-value';
import { DERIVED_FUNCTIONS } from '../../lib/helm/tree/derived-functions';

describe('A derived value', () => {
  it('is seen by whoever observes it, with its inputs, while it is observed', () => {
    const seen: unknown[] = [];
    const made = observeDerivedValues(
      (...all) => seen.push(all),
      () => derivedValue('upper', ['a'], 'A'),
    );
    derivedValue('upper', ['b'], 'B');
    expect(made).toBe('A');
    expect(seen).toEqual([['upper', ['a'], 'A']]);
  });

  it('is no longer observed after an error', () => {
    const seen: unknown[] = [];
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => observeDerivedValues((...all) => seen.push(all), fail)).toThrow('no');
    checksum('x');
    expect(seen).toEqual([]);
  });

  it('is what templates compute under the same name', () => {
    expect(DERIVED_FUNCTIONS['checksum']!.compute('text')).toBe(checksum('text'));
    expect(checksum('text')).toBe('982d9e3eb996f559');
  });
});
