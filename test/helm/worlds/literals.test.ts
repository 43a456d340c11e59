import { literalsOf } from '../../../lib/helm/worlds/literals';

describe('literalsOf', () => {
  it('finds texts and numbers, and what is just beside them', () => {
    const code = { toString: () => `v => v.a === 'own' ? f("two", 30_000, x1, 1.5, 'it\\'s', '') : \`\${v}\`` };
    expect(literalsOf(code)).toEqual({
      words: ['own', 'ownx', 'xown', 'two', 'twox', 'xtwo'],
      numbers: [30_000, 30_001, 29_999],
    });
  });

  it('finds nothing in code that cannot be read', () => {
    expect(literalsOf(Math.max)).toEqual({ words: [], numbers: [] });
  });
});
