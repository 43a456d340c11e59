import * as fc from 'fast-check';
import { compactJson } from '../../lib/core/compact-json';

describe('compact JSON', () => {
  it('writes in one line what fits there', () => {
    expect(compactJson({ a: [1, 'two', { b: null }], c: {}, d: [] })).toBe(
      '{ "a": [1, "two", { "b": null }], "c": {}, "d": [] }',
    );
  });

  it('opens what does not', () => {
    const long = 'x'.repeat(70);
    expect(compactJson({ a: [long, long], b: 1 })).toBe(
      `{\n  "a": [\n    "${long}",\n    "${long}"\n  ],\n  "b": 1\n}`,
    );
  });

  it('means what JSON.stringify means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(compactJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(compactJson({ a: undefined, b: [undefined] })).toBe('{ "b": [null] }');
  });
});
