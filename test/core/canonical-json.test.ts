import * as fc from 'fast-check';
import { canonicalJson } from '../../lib/core/canonical-json';

describe('canonical JSON', () => {
  it('sorts the keys of every map, and leaves lists as they are', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }, 'x', 'a'], a: {} })).toBe(
      '{\n  "a": {},\n  "b": [\n    {\n      "c": 2,\n      "d": 1\n    },\n    "x",\n    "a"\n  ]\n}',
    );
  });

  it('sorts keys that are numbers as texts too', () => {
    expect(canonicalJson({ b: { 10: 'x', 9: 'y', '-': ['<'] } })).toBe(
      '{\n  "b": {\n    "-": [\n      "\\u003c"\n    ],\n    "10": "x",\n    "9": "y"\n  }\n}',
    );
  });

  it("escapes what Go's encoder escapes", () => {
    expect(canonicalJson('<a> & \u2028\u2029')).toBe('"\\u003ca\\u003e \\u0026 \\u2028\\u2029"');
  });

  it('means what JSON.stringify means', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{\n  "b": [\n    null\n  ]\n}');
  });
});
