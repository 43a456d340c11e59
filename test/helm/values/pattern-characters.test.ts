import { charactersOf, staysInLine } from '../../../lib/helm/values/pattern-characters';

describe('charactersOf', () => {
  it.each([
    [undefined, '"', true],
    ['^[a-z]+$', '"', false],
    ['^[a-z]+$', 'q', true],
    ['[a-z]+', '"', true],
    ['^a|b$', '"', true],
    ['^(a|b)$', '"', false],
    ['^(?:[\\w.-]{1,3}/)*x$', '-', true],
    ['^(?:[\\w.-]{1,3}/)*x$', '\n', false],
    ['^[^\\n]*$', '"', true],
    ['^a\\$', '"', true],
    ['^\\d+(?:Mi|Gi)$', '\\', false],
  ])('says whether %p allows %p: %p', (pattern, character, allowed) => {
    expect(charactersOf({ ...(pattern === undefined ? {} : { pattern }) })(character)).toBe(allowed);
  });
});

describe('staysInLine', () => {
  it('is false where any character that ends a line is allowed', () => {
    expect(['^[ -~]*$', '^.*$', '^[^\\n]*$'].map(pattern => staysInLine(charactersOf({ pattern })))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
