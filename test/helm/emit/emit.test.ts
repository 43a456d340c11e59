import { z } from 'zod';
import { checksum } from '../../../lib/core/checksum';
import { translate } from '../../../lib/helm/translate';
import { configMap, printedBy, sourceOf } from '../charts';
import { flag, name } from '../nasty/values';
import { sampleChart } from '../sample-chart';

describe('The templates of a chart', () => {
  let files: Record<string, string>;
  beforeAll(() => {
    const source = sampleChart(300);
    files = printedBy(source, translate(source).tree);
  });

  it('have a file for each object, and one for what several of them include', () => {
    expect(Object.keys(files)).toEqual([
      '_helpers.tpl',
      'thing.yaml',
      'configmap-script.yaml',
      'configmap-scaling.yaml',
    ]);
  });

  it('ask at the column of what they guard', () => {
    expect(files['thing.yaml']).toContain(
      '\nspec:\n  {{- if not .Values.autoscaling.enabled }}\n  replicas: {{ .Values.replicas }}\n  {{- end }}\n',
    );
  });

  it('use `with` where nothing but the value is printed', () => {
    expect(files['thing.yaml']).toContain(
      '          {{- with .Values.resources }}\n          resources:\n            {{- toYaml . | nindent 12 }}\n          {{- end }}\n',
    );
  });

  it('name the items of their loops', () => {
    expect(files['thing.yaml']).toContain('{{- range $path := $host.paths }}');
    expect(files['thing.yaml']).toContain('- backend: {{ include "demo.fullname" $ | quote }}');
  });

  it('include labels that stand in several places, and nothing that stands in one', () => {
    expect(files['_helpers.tpl']!.match(/define "[^"]+"/g)).toEqual([
      'define "demo.fullname"',
      'define "demo.selectorLabels"',
      'define "demo.run.sh"',
    ]);
  });

  it('keep their helpers beside a long text of that name', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n');
    const source = sourceOf({ one: name(), wide: flag() }, (chart, { one, wide }, { fullname }) => {
      const helpers = `${one}\n${wide ? 'wide\n' : ''}${lines}\n`;
      configMap(chart, fullname, { helpers, checksum: checksum(helpers) });
    });
    const printed = printedBy(source, translate(source).tree);
    expect(printed['_helpers.tpl']).toContain('define "demo.fullname"');
    expect(Object.keys(printed).sort()).toEqual(['_helpers.tpl', '_helpers2.tpl', 'configmap.yaml']);
  });

  describe('with labels and annotations that users add to all objects', () => {
    let printed: Record<string, string>;
    beforeAll(() => {
      const more = z.record(z.string().regex(/^[a-z]+$/), z.string()).default({});
      const shape = { labels: more.describe('labels'), annotations: more.describe('annotations') };
      const source = sourceOf(shape, (chart, values, { fullname, name }) => {
        const hook = { 'example.com/hook': 'a', 'example.com/weight': '1', 'example.com/policy': 'b' };
        ['one', 'two'].forEach((part, index) => {
          for (const each of ['', '-more']) {
            const metadata = {
              name: `${fullname}-${part}${each}`,
              namespace: chart.namespace,
              labels: { ...values.labels, 'example.com/by': 'me', 'example.com/release': name },
              annotations: { ...values.annotations, ...(index === 0 ? hook : each ? {} : { 'example.com/two': '2' }) },
            };
            configMap(chart, '', {}, { metadata });
          }
        });
      });
      printed = printedBy(source, translate(source).tree);
    });

    it('have one helper for the labels, and one for the annotations, that every object includes', () => {
      expect(printed['_helpers.tpl']).toContain(`{{- define "demo.labels" -}}
example.com/by: me
example.com/release: {{ .Release.Name | quote }}
{{- range $key, $value := .Values.labels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
`);
      expect(printed['configmap-two.yaml']).toContain(`
  annotations:
    {{- include "demo.annotations" . | nindent 4 }}
    example.com/two: "2"
  labels:
    {{- include "demo.labels" . | nindent 4 }}
`);
    });

    it('have another helper, called after what is in it, for more of them', () => {
      expect(printed['_helpers.tpl']).toContain(`{{- define "demo.hook.annotations" -}}
{{ include "demo.annotations" . }}
example.com/hook: a
example.com/policy: b
example.com/weight: "1"
{{- end }}
`);
      expect(printed['configmap-one.yaml']).toContain('    {{- include "demo.hook.annotations" . | nindent 4 }}\n');
    });
  });

  it('guard a whole object', () => {
    expect(files['configmap-scaling.yaml']).toMatch(/^\{\{- if .Values.autoscaling.enabled }}\napiVersion: v1\n/);
  });

  it('have one file for objects whose names tell nothing about them, with a line between', () => {
    const source = sourceOf({ more: flag(), one: name('a'), other: name('b') }, (chart, values, { fullname }) => {
      configMap(chart, `${fullname}-${values.one}-1`, {});
      configMap(chart, `${values.one}-${fullname}`, {});
      if (values.more) {
        configMap(chart, `${values.other}.${fullname}`, {});
      }
    });
    const printed = printedBy(source, translate(source).tree);
    expect(Object.keys(printed)).toEqual(['_helpers.tpl', 'configmap-1.yaml', 'configmap.yaml']);
    expect(printed['configmap.yaml']).toContain('\n{{- if .Values.more }}\n---\napiVersion: v1\n');
  });

  it('print large numbers as they are', () => {
    expect(files['configmap-scaling.yaml']).toContain('max: {{ int64 .Values.autoscaling.max | quote }}');
  });

  it('have a checksum of the text that they include', () => {
    expect(files['thing.yaml']).toContain(
      'checksum: {{ include "demo.run.sh" . | printf "%s\\n" | sha256sum | trunc 16 | quote }}',
    );
    expect(files['configmap-script.yaml']).toContain('  run.sh: |\n    {{- include "demo.run.sh" . | nindent 4 }}\n');
  });
});
