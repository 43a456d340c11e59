import { z } from 'zod';
import { translate } from '../../../lib/helm/translate';
import { printedBy, sourceOf, thing, type Shape } from '../charts';
import { flag, label, name, names, object, objects } from '../nasty/values';

/** What the template of a thing says of its spec. */
function specOf(shape: Shape, spec: (values: any) => object): string {
  const source = sourceOf(shape, (chart, values, release) => thing(chart, release, spec(values)), 300);
  return printedBy(source, translate(source).tree)['thing.yaml']!.split('spec:\n')[1]!;
}

describe('Conditions and loops of a template', () => {
  it('have no `not` where there is something instead', () => {
    const printed = specOf({ open: flag() }, ({ open }) => ({
      ...(!open && { shut: '1' }),
      ...(open && { wide: '2' }),
    }));
    expect(printed).toContain('  {{- if .Values.open }}\n  wide: "2"\n  {{- else }}\n  shut: "1"\n  {{- end }}\n');
  });

  it('have `else if` for the cases of a choice', () => {
    const kind = z.enum(['one', 'two', 'three']).default('one').describe('a kind');
    const printed = specOf({ kind }, values => ({
      of: { one: ['a'], two: { b: 'b' }, three: 'c' }[values.kind as 'one'],
    }));
    expect(printed.match(/\{\{- (if|else if|else|end)\b/g)).toEqual(['{{- if', '{{- else if', '{{- else', '{{- end']);
  });

  it('ask once for neighbours with one condition', () => {
    const printed = specOf({ open: flag() }, ({ open }) => ({ before: 'x', ...(open && { one: '1', two: '2' }) }));
    expect(printed).toContain('  {{- if .Values.open }}\n  one: "1"\n  two: "2"\n  {{- end }}\n');
  });

  it('name a value by a dot where nothing else is printed', () => {
    const printed = specOf({ host: name() }, ({ host }) => ({ always: 'x', ...(host && { host }) }));
    expect(printed).toContain('  {{- with .Values.host }}\n  host: {{ . | quote }}\n  {{- end }}\n');
  });

  it('ask before a loop what does not depend on its items, and in it what does', () => {
    const shape = {
      shown: flag(),
      hosts: objects({ name: label().describe('n'), tls: z.boolean().describe('t') }),
    };
    const printed = specOf(shape, ({ shown, hosts }) => ({
      hosts: ['always', ...(shown ? hosts.filter(({ tls }: any) => tls).map((host: any) => host.name) : [])],
    }));
    const order = ['if .Values.shown', 'range \\$\\w+ := .Values.hosts', 'if \\$\\w+.tls'].map(text =>
      printed.search(text),
    );
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order).not.toContain(-1);
  });

  it('give loops in loops other names', () => {
    const printed = specOf(
      { outer: objects({ inner: z.array(z.string().regex(/^[a-z]+$/)).describe('i') }) },
      values => ({
        rows: values.outer.map((one: any) => ({ cells: one.inner.map((cell: string) => ({ cell })) })),
      }),
    );
    const variables = [...printed.matchAll(/range (\$\w+) :=/g)].map(([, variable]) => variable);
    expect(variables).toHaveLength(2);
    expect(new Set(variables).size).toBe(2);
  });

  it('keep loops over one list apart', () => {
    const printed = specOf({ names: names(), more: object({ wide: flag() }) }, values => ({
      first: values.names.map((each: string) => `${each}.one`),
      second: values.names.map((each: string) => `${each}.two`),
      wide: values.more.wide,
    }));
    expect([...printed.matchAll(/range \$\w+ := .Values.names/g)]).toHaveLength(2);
  });
});
