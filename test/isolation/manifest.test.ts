import { readManifest } from '../../lib/isolation/manifest';

const read = (text: string) => {
  const { objects, mistakes } = readManifest('a.yaml', text);
  return {
    objects: objects.map(({ object }) => object as any),
    told: mistakes.map(({ message }) => message),
    objectsAt: objects,
  };
};
const POD = 'apiVersion: v1\nkind: Pod\n';

describe('readManifest', () => {
  test('reads documents, Lists and JSON, each object with its line', () => {
    const { objectsAt } = read(
      `# first\n---\n${POD}---\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n`,
    );
    expect(objectsAt.map(({ source }) => source)).toEqual(['a.yaml:3', 'a.yaml:10']);
    const json = read(
      JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ apiVersion: 'v1', kind: 'Pod' }] }, undefined, 2),
    );
    expect(json.objectsAt.map(({ source, sourceOf }) => [source, sourceOf!(['kind'])])).toEqual([
      ['a.yaml: items[0]', 'a.yaml:7'],
    ]);
  });

  test('finds the line of a part, or of the nearest one around it', () => {
    const [object] = read(`---\n${POD}spec:\n  containers:\n    - name: a\n      image: b\n`).objectsAt;
    expect(object!.sourceOf!(['spec', 'containers', 0, 'image'])).toBe('a.yaml:7');
    expect(object!.sourceOf!(['spec', 'containers', 0, 'nothing', 'there'])).toBe('a.yaml:6');
  });

  test('takes words and numbers for what kubectl takes them for', () => {
    const [{ spec }] = read(`${POD}spec: {a: yes, b: off, c: y, d: 2024-01-01, e: 1:20, f: 010, g: 'yes'}`).objects as [
      any,
    ];
    expect(spec).toEqual({ a: true, b: false, c: 'y', d: '2024-01-01', e: '1:20', f: 8, g: 'yes' });
  });

  test('follows anchors, aliases and merges', () => {
    const [{ spec }] = read(`${POD}base: &base {a: 1}\nspec:\n  <<: *base\n  b: *base\n`).objects as [any];
    expect(spec).toEqual({ a: 1, b: { a: 1 } });
  });

  test('lists what is in an object of any kind that has items, as kubectl does', () => {
    const { objects } = read(`apiVersion: v1\nkind: Bundle\nitems:\n- {apiVersion: v1, kind: Pod}\n`);
    expect(objects).toEqual([{ apiVersion: 'v1', kind: 'Pod' }]);
  });

  test('takes sets and maps with an order for what kubectl takes them for', () => {
    const [{ spec }] = read(`${POD}spec: !!omap [a: 1]`).objects as [any];
    expect(spec).toEqual([{ a: 1 }]);
  });

  const laughs = Array.from(
    { length: 12 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1},`.repeat(9)}]`,
  ).join('\n');
  test.each([
    [
      'that is no object',
      'a: 1',
      '[a.yaml:1] {"a":1} is no Kubernetes object: it has no kind; leave the file out; what has to be rendered, by "helm template" or "kubectl kustomize", give as it comes out: -',
    ],
    ['with a kind alone', '\nkind: Pod', '[a.yaml:2] {"kind":"Pod"} is no Kubernetes object: it has no apiVersion; '],
    ['that is text', 'hello', '[a.yaml:1] "hello" is no Kubernetes object: it has no kind; '],
    [
      'in a List that is none',
      'apiVersion: v1\nkind: List\nitems:\n- 1',
      '[a.yaml:4] 1 is no Kubernetes object: it has no kind; ',
    ],
    [
      'of kustomize',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization',
      '[a.yaml:1] a Kustomization says how other files are changed, and they are not what is deployed; run "kubectl kustomize <folder>", and give what it prints: -',
    ],
    ['with a template in it', `${POD}a: {{ .Values.a }}`, '[a.yaml:3] not readable as YAML: '],
    ['with a key twice', `---\n${POD}kind: Job`, '[a.yaml:4] "kind" is there twice; remove one of them'],
    [
      'in a file without separators',
      `${POD}...\n${POD}`,
      '[a.yaml:4] not readable as YAML: a document ends, and the next begins without "---"; mend the line',
    ],
    [
      'with a merge of a key that came before',
      `${POD}base: &base {a: 1, c: 2}\nmore: &more\n  <<: *base\nspec:\n  a: 2\n  <<: [*more]\n`,
      '[a.yaml:8] "a" comes before a "<<" that has it too, which kubectl takes instead; move "<<" to the beginning of its map',
    ],
    [
      'in the line of its separator',
      `--- # comment\n--- {apiVersion: v1, kind: Pod}`,
      '[a.yaml:2] kubectl refuses what stands in one line with "---"; begin another line after it',
    ],
    ['with an alias of nothing', `${POD}a: *b`, '[a.yaml:3] "*b" repeats what is not there; write "&b" before it'],
    ['with an alias of itself', `${POD}a: &a\n  b: *a`, '[a.yaml:4] "*a" is a part of itself; write out what is meant'],
    [
      'with billions of aliases',
      `${POD}${laughs}`,
      '[a.yaml:1] aliases repeat things more than 1000 times; write them out',
    ],
    [
      'with lists too deep',
      `${POD}a: ${'['.repeat(5000)}${']'.repeat(5000)}`,
      '[a.yaml:3] lists or maps are nested too deeply; leave the file out if it holds no manifests',
    ],
    ['of dashes', `${POD}a:\n ${'- '.repeat(5000)}`, '[a.yaml:4] lists or maps are nested too deeply; '],
    ['of control characters', '\0\0', '[a.yaml:1] "\\u0000\\u0000" is no Kubernetes object: it has no kind; '],
  ])('refuses a document %s', (_, text, message) => {
    const { objects, told } = read(text);
    expect(objects).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]!.slice(0, message.length)).toBe(message);
  });

  test('tells of each document that cannot be read, and reads the others', () => {
    const { objects, told } = read(`a: 1\n---\n${POD}---\nb: [\n`);
    expect(objects).toEqual([{ apiVersion: 'v1', kind: 'Pod' }]);
    expect(told.map(message => message.slice(0, 9))).toEqual(['[a.yaml:1', '[a.yaml:7']);
  });

  test.each([
    ['quotes', '"'.repeat(300_000)],
    ['keys of keys', 'a: b: c\n'.repeat(20_000)],
    ['separators', '---\n'.repeat(100_000)],
    ['keys', `${POD}${Array.from({ length: 20_000 }, (_, index) => `k${index}: v\n`).join('')}`],
  ])('reads many %s in time that grows with their number', (_, text) => {
    const ms = (part: string) => {
      const start = process.cpuUsage();
      read(part);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    ms(text.slice(0, text.length / 4));
    // A quarter takes a quarter; were it a sixteenth, the whole would take sixteen times as long.
    expect(ms(text)).toBeLessThan(10 * ms(text.slice(0, text.length / 4)) + 300);
  });
});
