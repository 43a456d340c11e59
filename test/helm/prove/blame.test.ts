import { z } from 'zod';
import { blame } from '../../../lib/helm/prove/blame';
import { readContract } from '../../../lib/helm/values/read-contract';
import { names, number, object, text } from '../nasty/values';

const contract = readContract(
  z.strictObject({ note: text(), size: object({ count: number() }), names: names() }) as never,
);
const usual = { note: 'x', size: { count: 1 }, names: ['x'] };

describe('blame', () => {
  it('finds the one value that makes the difference', () => {
    const values = { note: 'y', size: { count: 7 }, names: ['a', 'b'] };
    const { blamed } = blame(contract, values, usual, (given: any) => given.size.count > 5);
    expect(blamed).toEqual([{ path: 'size.count', value: 7, usual: 1 }]);
  });

  it('takes away items that make none', () => {
    const values = { ...usual, names: ['a', 'b', 'c', 'd'] };
    const { blamed } = blame(contract, values, usual, (given: any) => given.names.length > 1);
    expect(blamed).toEqual([{ path: 'names', value: ['a', 'b'], usual: ['x'] }]);
  });

  it('keeps two values that make the difference together', () => {
    const values = { note: 'y', size: { count: 7 }, names: ['a'] };
    const { blamed } = blame(contract, values, usual, (given: any) => given.note === 'y' && given.size.count === 7);
    expect(blamed.map(({ path }) => path)).toEqual(['note', 'size.count']);
  });
});
