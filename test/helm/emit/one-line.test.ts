import { z } from 'zod';
import { canonicalJson } from '../../../lib/core/canonical-json';
import { translate } from '../../../lib/helm/translate';
import { configMap, printedBy, sourceOf, thing, type Build, type Shape } from '../charts';
import { flag, name, names, number, text } from '../nasty/values';

/** The lines of the spec of an object. */
function printed(shape: Shape, spec: (values: any) => unknown): string {
  const build: Build = (chart, values, release) => thing(chart, release, spec(values));
  const source = sourceOf(shape, build, 200);
  return printedBy(source, translate(source).tree)['thing.yaml']!.split('\nspec:\n')[1]!;
}

const image = {
  registry: z
    .string()
    .regex(/^([a-z.]+)?$/)
    .default('')
    .describe('a registry'),
  repository: name('nginx'),
  digest: z
    .string()
    .regex(/^([0-9a-f]+)?$/)
    .default('')
    .describe('a digest'),
};
const kind = z.enum(['own', 'other']).default('own').describe('a kind');

describe('In one line stand', () => {
  it('lists of words and numbers that do not change', () => {
    expect(
      printed({ one: name() }, ({ one }) => ({ one, verbs: ['get', '*', 'on', '--level=2'], ports: [1, 2] })),
    ).toBe('  one: {{ .Values.one | quote }}\n  ports: [1, 2]\n  verbs: [get, "*", "on", --level=2]\n');
  });

  it('no long lists, and none with escapes or values', () => {
    const long = Array.from({ length: 12 }, (_, index) => `number-${index}`);
    expect(printed({ one: name() }, ({ one }) => ({ a: long, b: ['\\d'], c: ['x', one] }))).toBe(
      [
        ['  a:', ...long.map(each => `    - ${each}`)],
        ['  b:', "    - '\\d'"],
        ['  c:', '    - x', '    - {{ .Values.one | quote }}', ''],
      ]
        .flat()
        .join('\n'),
    );
  });

  it('one of two texts or numbers', () => {
    const shape = { kind, more: flag(), count: number(), name: name('x') };
    expect(
      printed(shape, values => ({
        count: values.more ? values.count : 1,
        label: values.kind === 'own' ? 'a b' : values.name,
        place: values.kind === 'other' && values.more ? `${values.name}.x` : '-',
      })),
    ).toBe(
      [
        '  count: {{ ternary .Values.count 1 .Values.more }}',
        '  label: {{ ternary "a b" .Values.name (eq .Values.kind "own") | quote }}',
        '  place: {{ ternary (printf "%s.x" .Values.name) "-" (and (eq .Values.kind "other") .Values.more) | quote }}\n',
      ].join('\n'),
    );
  });

  it('no choice for which Go would need a boolean, or which is long', () => {
    const other = 'x'.repeat(40);
    expect(printed({ one: name() }, values => ({ one: values.one ? 'yes' : 'no' }))).toContain('{{- else }}');
    expect(
      printed({ kind, one: name() }, values => ({
        one: values.kind === 'own' ? `${other}a` : `${other}b${values.one}`,
      })),
    ).toContain('{{- else }}');
  });

  it('parts of a text that come and go with a value', () => {
    expect(
      printed(image, ({ registry, repository, digest }) => ({
        image: `${registry ? `${registry}/` : ''}${repository}${digest ? `@${digest}` : ''}`,
      })),
    ).toBe(
      '  image: "{{ with .Values.registry }}{{ . }}/{{ end }}{{ .Values.repository }}{{ with .Values.digest }}@{{ . }}{{ end }}"\n',
    );
  });

  it('no parts that are there for another reason, or that YAML would not take', () => {
    const shapes = [
      printed(image, ({ registry, repository, digest }) => ({
        image: `${registry ? `${registry}/` : ''}${repository}${digest && registry ? `@${digest}` : ''}`,
      })),
      printed({ ...image, registry: text('') }, ({ registry, repository, digest }) => ({
        image: `${registry ? `${registry}/` : ''}${repository}${digest ? `@${digest}` : ''}`,
      })),
    ];
    shapes.forEach(each => expect(each).toContain('{{- else if'));
    expect(
      printed(image, ({ registry, repository, digest }) => ({
        image: `${registry ? `"${registry}" ` : ''}${repository}${digest ? `@${digest}` : ''}`,
      })),
    ).not.toContain('{{ with');
  });

  it('a brace before a value', () => {
    expect(printed({ one: name() }, ({ one }) => ({ one: `{${one}}` }))).toBe('  one: "{{ "{" }}{{ .Values.one }}}"\n');
  });
});

describe('Over several lines stand', () => {
  const shape = { one: name('x') };

  it('long texts, folded between words, and the templates of others whole', () => {
    const words = 'a text of some words '.repeat(6);
    const text = `${words}about {{ $labels.first_of_the_names | quote }} ${words}and`;
    expect(printed(shape, ({ one }) => ({ text: `${text} ${one}.` }))).toBe(
      [
        '  text: >-',
        '    a text of some words a text of some words a text of some words a text of some words a text of some words a text of',
        '    some words about {{ "{{" }} $labels.first_of_the_names | quote }} a text of some words a text of some words a text',
        '    of some words a text of some words a text of some words a text of some words and {{ .Values.one }}.\n',
      ].join('\n'),
    );
  });

  it('long lists without spaces, between the items', () => {
    const hosts = (one: string): string => Array.from({ length: 12 }, () => `${one}.example.com:443`).join(',');
    expect(printed(shape, ({ one }) => ({ args: [`--hosts=${hosts(one)}`, one] }))).toContain(
      '    - "--hosts={{ .Values.one }}.example.com:443,{{ .Values.one }}.example.com:443,{{ .Values.one }}.example.com:443,\\\n      {{ .Values.one }}.example.com',
    );
  });

  it('no long texts that YAML would read otherwise', () => {
    const long = 'some words '.repeat(20);
    expect(printed({ one: text('') }, ({ one }) => ({ text: `${long}${one}.` }))).toContain(
      'text: {{ printf "some words',
    );
    expect(printed(shape, ({ one }) => ({ text: `${long}${one}` }))).toMatch(/^ {2}text: "some words.*"\n$/);
  });

  it('texts of several lines in a loop', () => {
    const names = z
      .array(z.string().regex(/^[a-z]+$/))
      .default([])
      .describe('names');
    expect(
      printed({ names }, values => ({
        files: values.names.map((each: string) => ({ file: `{\n  "name": "${each}"\n}\n` })),
      })),
    ).toContain('    - file: |\n        {\n          "name": "{{ $name }}"\n        }\n');
  });
});

describe('The full name of a release', () => {
  const namesOf = (count: number): string => {
    const build: Build = (chart, { one }, release) =>
      thing(chart, release, { one, names: Array.from({ length: count }, (_, at) => `${at}-${release.fullname}`) });
    const source = sourceOf({ one: name() }, build, 50);
    return printedBy(source, translate(source).tree)['thing.yaml']!;
  };

  it('is in a variable where a template needs it often', () => {
    expect(namesOf(5)).toMatch(/^\{\{- \$fullname := include "demo\.fullname" \. -\}\}\napiVersion/);
    expect(namesOf(5)).toContain('    - "0-{{ $fullname }}"\n');
    expect(namesOf(4)).toMatch(/^apiVersion/);
  });

  it('is no item of a loop', () => {
    const build: Build = (chart, { fullnames }, { fullname }) =>
      thing(chart, { fullname } as never, { all: fullnames.map((each: string) => `${each}-${fullname}-${fullname}`) });
    const source = sourceOf({ fullnames: names() }, build, 50);
    expect(printedBy(source, translate(source).tree)['thing.yaml']).toMatch(
      /range (\$fullname\d) := \.Values\.fullnames \}\}\n {4}- "\{\{ \1 \}\}-\{\{ \$fullname \}\}-\{\{ \$fullname \}\}"/,
    );
  });
});

describe('JSON in a text', () => {
  it('has its short structures in one line, with the values in them', () => {
    const build: Build = (chart, { port }, { fullname }) =>
      configMap(chart, fullname, {
        'a.json': `${canonicalJson({ address: { host: '::', port }, more: { many: 'x'.repeat(99), words: ['a'] } })}\n`,
      });
    const source = sourceOf({ port: number() }, build, 50);
    expect(printedBy(source, translate(source).tree)['_helpers.tpl']).toContain(
      [
        '{{- define "demo.a.json" -}}',
        'address: { host: "::", port: {{ .Values.port }} }',
        'more:',
        `  many: ${'x'.repeat(99)}`,
        '  words: [a]',
        '{{- end }}\n',
      ].join('\n'),
    );
  });
});
