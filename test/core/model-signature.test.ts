import { readSignature, type ReadSignature } from '../../lib/core/model-signature';

const read = (inputs: unknown, params?: unknown) =>
  readSignature({ inputs: JSON.stringify(inputs), params: params === undefined ? null : JSON.stringify(params) });

describe('a signature', () => {
  it('has columns of every type that MLflow knows, nested too', () => {
    const columns = [
      ...['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime', 'any'].map(type => ({
        type,
        name: type,
        required: true,
      })),
      { type: 'array', items: { type: 'array', items: { type: 'long' } }, name: 'rows', required: false },
      { type: 'map', values: { type: 'double' }, name: 'weights', required: true },
      { type: 'object', properties: { a: { type: 'string', required: false } }, name: 'person', required: true },
    ];
    expect((read(columns) as ReadSignature).inputs).toEqual(columns);
  });

  it('has tensors and parameters', () => {
    const tensor = { type: 'tensor', 'tensor-spec': { dtype: 'float64', shape: [-1, 4] } };
    const params = [{ name: 'threshold', type: 'double', default: 0.5, shape: null }];
    expect(read([tensor], params)).toEqual({ inputs: [tensor], outputs: [], params });
  });

  test.each([
    [readSignature({}), 'it has no inputs'],
    [readSignature({ inputs: '[{' }), 'inputs: Invalid input: expected array, received string'],
    [read([{ type: 'decimal', name: 'a' }]), /^inputs\.0\.type: /],
    [read([{ type: 'array', items: { type: 'decimal' } }]), /^inputs\.0\.items\.type: /],
    [
      read([{ type: 'tensor', 'tensor-spec': { dtype: 'float64', shape: ['x'] } }]),
      /^inputs\.0\.tensor-spec\.shape\.0: /,
    ],
    [read([{ type: 'tensor' }]), /^inputs\.0\.tensor-spec: /],
    [read([{ type: 'long' }], [{ type: 'long' }]), /^params\.0\.name: /],
  ])('cannot be read: %#', (problem, message) => {
    expect(problem).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});
