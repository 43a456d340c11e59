import { z } from 'zod';
import { opaqueList } from '../../../lib/helm/values/opaque';
import { translate } from '../../../lib/helm/translate';
import { printedBy, sourceOf, thing, type Build, type Shape } from '../charts';
import { flag, name } from '../nasty/values';

/** The lines of the spec of an object. */
function printed(shape: Shape, spec: (values: any) => unknown): string {
  const build: Build = (chart, values, release) => thing(chart, release, spec(values));
  const source = sourceOf(shape, build, 200);
  return printedBy(source, translate(source).tree)['thing.yaml']!.split('\nspec:\n')[1]!;
}

const kind = z.enum(['none', 'file', 'server']).default('none').describe('a kind');
const when = <Value>(asked: boolean, value: Value): Value[] => (asked ? [value] : []);

describe('Conditions of neighbours', () => {
  it('are asked once, around those that ask for more', () => {
    const shape = { own: flag(), more: flag(), host: name('x') };
    expect(
      printed(shape, ({ own, more, host }) => ({
        args: ['start', ...when(own, `--host=${host}`), ...when(own && more, '--more'), ...when(own, '--last')],
      })),
    ).toBe(
      [
        '  args:',
        '    - start',
        '    {{- if .Values.own }}',
        '    - "--host={{ .Values.host }}"',
        '    {{- if .Values.more }}',
        '    - --more',
        '    {{- end }}',
        '    - --last',
        '    {{- end }}\n',
      ].join('\n'),
    );
  });

  it('are one chain if they ask whether a value is one thing or another', () => {
    expect(
      printed({ kind, host: name('x') }, values => ({
        args: ['start', ...when(values.kind === 'file', '--file'), ...when(values.kind === 'server', values.host)],
      })),
    ).toBe(
      [
        '  args:',
        '    - start',
        '    {{- if eq .Values.kind "server" }}',
        '    - {{ .Values.host | quote }}',
        '    {{- else if eq .Values.kind "file" }}',
        '    - --file',
        '    {{- end }}\n',
      ].join('\n'),
    );
  });

  it('stay apart where more than two would be around them', () => {
    const shape = { a: flag(), b: flag(), c: flag(), d: flag(), e: flag() };
    const text = printed(shape, ({ a, b, c, d, e }) => ({
      args: [
        'start',
        ...when(a, '--a'),
        ...when(a && b, '--b'),
        ...when(a && b && c, '--c'),
        ...when(a && b && c && d, '--d'),
        ...when(a && b && c && d && e, '--e'),
      ],
    }));
    expect(text).toContain('{{- if and .Values.c .Values.d .Values.e }}\n    - --e\n');
  });

  it('have an `else` where one is the opposite of another, also in other words', () => {
    const side = z.enum(['left', 'right']).default('left').describe('a side');
    const text = printed({ side, peers: opaqueList('peers'), more: flag() }, ({ side: one, peers, more }) => ({
      args: ['first', ...when(one === 'left' || !more, 'left'), ...when(one === 'right' && more, 'right'), ...peers],
    }));
    expect(text).toContain('    - left\n    {{- else }}\n    - right\n    {{- end }}\n');
  });

  it('do not ask again for what is there', () => {
    const text = printed({ own: flag(), peers: opaqueList('peers') }, ({ own, peers }) => ({
      rules: own && peers.length > 0 ? ['first', ...peers] : undefined,
    }));
    expect(text).toContain('  rules:\n    - first\n    {{- toYaml .Values.peers | nindent 4 }}\n');
  });
});
