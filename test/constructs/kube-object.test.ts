import { ApiObject, type ApiObjectProps, App, Chart, type IResolver, JsonPatch, Lazy, Yaml } from 'cdk8s';
import fc from 'fast-check';
import { type Complete, contentOf, KubeObject, type Manifest } from '../../lib/constructs/kube-object';

interface Declaration {
  readonly body: object;
  readonly changes: readonly ((object: ApiObject) => void)[];
  readonly namespace: string | undefined;
  readonly labels: Record<string, string> | undefined;
  readonly resolvers: IResolver[];
}

const WORD = fc.constantFrom(
  '',
  'a',
  'b',
  'name',
  'secret',
  'labels',
  'namespace',
  'constructor',
  'toString',
  '0',
  '10',
);
const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '1' };
const { value: VALUE } = fc.letrec(tie => {
  const value = tie('value');
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { arbitrary: WORD, weight: 8 },
      { arbitrary: fc.constantFrom<unknown>(null, undefined, 0, NaN, true, '', [], {}), weight: 5 },
      { arbitrary: fc.array(value, { maxLength: 3 }), weight: 4 },
      { arbitrary: map(value), weight: 8 },
      { arbitrary: value.map(inner => Lazy.any({ produce: () => inner })), weight: 1 },
      { arbitrary: value.map(inner => ({ resolve: () => inner })), weight: 1 },
      {
        arbitrary: value.map(inner => Object.defineProperty({}, 'late', { enumerable: true, get: () => inner })),
        weight: 1,
      },
      {
        arbitrary: fc.constantFrom<unknown>(
          new Date(0),
          new (class Quantity {
            public value = '1Gi';
          })(),
        ),
        weight: 1,
      },
    ),
  };
});
const METADATA = fc.oneof(
  fc.record(
    {
      name: fc.constantFrom('web', '', null, undefined),
      namespace: fc.constantFrom('own', '', null, undefined),
      labels: fc.oneof(map(VALUE), fc.constant(null)),
      annotations: fc.oneof(map(VALUE), fc.constant(undefined)),
      finalizers: fc.array(WORD, { maxLength: 2 }),
      ownerReferences: fc.array(fc.constant(OWNER), { maxLength: 1 }),
      creationTimestamp: VALUE,
      managedFields: VALUE,
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom({}, null, undefined),
);
const BODY = fc.record(
  {
    spec: VALUE,
    apiVersion: fc.constantFrom('v1', 'apps/v1'),
    data: VALUE,
    metadata: METADATA,
    kind: fc.constantFrom('ConfigMap', 'Deployment', 'CronJob'),
    '0': VALUE,
  },
  { requiredKeys: ['apiVersion', 'kind'] },
);
const CHANGE: fc.Arbitrary<(object: ApiObject) => void> = fc.oneof(
  fc.tuple(WORD, WORD).map(
    ([key, value]) =>
      (object: ApiObject) =>
        object.metadata.addLabel(key, value),
  ),
  fc.tuple(WORD, WORD).map(
    ([key, value]) =>
      (object: ApiObject) =>
        object.metadata.addAnnotation(key, value),
  ),
  WORD.map(name => (object: ApiObject) => object.metadata.addFinalizers(name)),
  fc.constant((object: ApiObject) => object.metadata.addOwnerReference(OWNER)),
  fc.tuple(WORD, VALUE).map(
    ([key, value]) =>
      (object: ApiObject) =>
        object.metadata.add(key, value),
  ),
  fc.constantFrom(
    (object: ApiObject) => object.addJsonPatch(JsonPatch.add('/spec', { b: [], a: null })),
    (object: ApiObject) => object.addJsonPatch(JsonPatch.remove('/spec'), JsonPatch.replace('/kind', 'Secret')),
    (object: ApiObject) => object.addJsonPatch(JsonPatch.add('/metadata/labels', {})),
  ),
);
const hideSecrets: IResolver = {
  resolve: context => {
    if (context.value === 'secret') {
      context.replaceValue('hidden');
    }
  },
};
const DECLARATION: fc.Arbitrary<Declaration> = fc.record({
  body: BODY,
  changes: fc.oneof(fc.constant([]), fc.array(CHANGE, { maxLength: 3 })),
  namespace: fc.constantFrom(undefined, 'team'),
  labels: fc.constantFrom<Record<string, string> | undefined>(undefined, {}, { app: 'x', a: 'chart' }),
  resolvers: fc.constantFrom<IResolver[]>([], [], [], [], [hideSecrets]),
});

describe('KubeObject', () => {
  it('prints what an ApiObject of the same body prints', () => {
    const outcomes = { printed: 0, refused: 0 };
    fc.assert(
      fc.property(DECLARATION, declaration => {
        const expected = outcome(declaration, ApiObject);
        expect(outcome(declaration, KubeObject)).toEqual(expected);
        outcomes[expected.error === undefined ? 'printed' : 'refused']++;
      }),
      { numRuns: 5000, seed: 17 },
    );
    expect(outcomes.printed).toBeGreaterThan(2000);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('prints again what was added to its metadata since the last time', () => {
    const object = kubeObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } });
    expect(object.toJson().metadata).toEqual({ name: 'web', namespace: 'team' });
    object.metadata.addLabel('app', 'web');
    object.metadata.add('generation', 2);
    expect(object.toJson().metadata).toEqual({ generation: 2, labels: { app: 'web' }, name: 'web', namespace: 'team' });
  });

  it('leaves metadata out that holds nothing', () => {
    const body = { apiVersion: 'v1', kind: 'List', metadata: { name: null }, items: [] };
    const object = new KubeObject(new Chart(new App(), 'chart'), 'object', body as unknown as Complete<Manifest>);
    expect(object.toJson()).toStrictEqual({ apiVersion: 'v1', kind: 'List', items: [] });
  });

  it('leaves metadata to a cdk8s that keeps it in other fields', () => {
    const object = kubeObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } });
    Object.assign(object.metadata, { labels: undefined, toJson: () => ({ name: 'web', labels: { a: 'b' } }) });
    expect(object.toJson().metadata).toEqual({ labels: { a: 'b' }, name: 'web' });
  });

  it('sorts the keys of a large map', () => {
    const data = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${(index * 37) % 60}`, '1']));
    const object = kubeObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data });
    expect(Object.keys(object.toJson().data)).toEqual(Object.keys(data).sort());
  });

  it('asks a getter of its body when it is printed', () => {
    let replicas = 1;
    const spec = {
      get replicas() {
        return replicas;
      },
    };
    const object = kubeObject({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec });
    replicas = 3;
    expect(object.toJson().spec).toEqual({ replicas: 3 });
  });

  it('leaves the namespace of the chart out of a Namespace', () => {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } };
    expect(kubeObject(body).toJson().metadata).toEqual({ name: 'team' });
    const patched = kubeObject(body);
    patched.addJsonPatch(JsonPatch.add('/metadata/labels', { a: 'b' }));
    expect(patched.toJson().metadata).toEqual({ labels: { a: 'b' }, name: 'team' });
  });

  it('prints a Namespace whose metadata a patch has removed', () => {
    const object = kubeObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
    object.addJsonPatch(JsonPatch.remove('/metadata'));
    expect(object.toJson()).toEqual({ apiVersion: 'v1', kind: 'Namespace' });
  });

  it('holds its body until a patch changes it', () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { a: '1' } };
    const object = kubeObject(body);
    expect(contentOf(object)).toBe(body);
    object.addJsonPatch(JsonPatch.replace('/data/a', '2'));
    expect(contentOf(object).data).toEqual({ a: '2' });
  });
});

function kubeObject(body: object): KubeObject {
  return new KubeObject(new Chart(new App(), 'chart', { namespace: 'team' }), 'object', body as Complete<Manifest>);
}

/** What an object of the class prints, with the order of its keys, or why it does not. */
function outcome(
  declaration: Declaration,
  type: typeof ApiObject | typeof KubeObject,
): { text?: string; error?: string } {
  const { body, changes, namespace, labels, resolvers } = declaration;
  const chart = new Chart(new App({ resolvers }), 'chart', { namespace, labels });
  try {
    const object = new type(chart, 'object', body as ApiObjectProps & Complete<Manifest>);
    changes.forEach(change => change(object));
    return { text: Yaml.stringify(object.toJson()) };
  } catch (error) {
    return { error: String(error) };
  }
}

function map(value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .array(fc.tuple(WORD, value), { maxLength: 4 })
    .map(entries => Object.fromEntries(entries) as Record<string, unknown>);
}
