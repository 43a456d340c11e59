import { translate } from '../../lib/helm/translate';
import { configMap, printedBy, sourceOf } from './charts';
import { flag, name } from './nasty/values';
import { sampleChart } from './sample-chart';

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
