import { align } from '../../../lib/helm/learn/alignment';

const rows = (...variants: string[][]): string[] =>
  align(variants, (one, other) => Number(one.toLowerCase() === other.toLowerCase())).map(({ members }) =>
    [...members].map(([variant, element]) => `${variant}${element}`).join(' '),
  );

describe('align', () => {
  it('puts what is alike into one row', () => {
    expect(rows(['a', 'b'], ['A', 'B'])).toEqual(['0a 1A', '0b 1B']);
  });

  it('leaves gaps where a sequence has less', () => {
    expect(rows(['b'], ['a', 'b', 'c'])).toEqual(['1a', '1b 0b', '1c']);
  });

  it('keeps the order of each sequence', () => {
    expect(rows(['a', 'x', 'b'], ['a', 'y', 'b'])).toEqual(['0a 1a', '0x', '1y', '0b 1b']);
  });

  it('has a row of its own for what is there twice', () => {
    expect(rows(['a', 'a'], ['a'])).toHaveLength(2);
  });
});
