import { parse } from 'yaml';
import { HelmUmbrella } from '../../lib/helm/helm-umbrella';
import { expectRefusal } from '../support';
import { jobChart, webChart } from './web-chart';

describe('HelmUmbrella', () => {
  const [web, job] = [webChart(), jobChart()];
  const about = { name: 'all', version: '0.2.0', description: 'All of it.' };
  const umbrella = new HelmUmbrella({
    ...about,
    parts: [{ chart: web }, { chart: web, alias: 'second', values: { replicas: 3 } }, { chart: job, enabled: false }],
    ci: { one: { web: { enabled: false } } },
  });
  const file = (path: string): any => parse(umbrella.files().get(path)!);

  it('brings its parts along, each of which can be left out', () => {
    expect(file('Chart.yaml')['dependencies']).toEqual([
      { name: 'web', version: '1.2.0', repository: 'file://../web', condition: 'web.enabled' },
      { name: 'web', version: '1.2.0', repository: 'file://../web', condition: 'second.enabled', alias: 'second' },
      { name: 'job', version: '0.1.0', repository: 'file://../job', condition: 'job.enabled' },
    ]);
    expect(file('values.yaml')).toEqual({
      web: { enabled: true },
      second: { enabled: true, replicas: 3 },
      job: { enabled: false },
    });
    expect(file('ci/one-values.yaml')).toEqual({ web: { enabled: false } });
  });

  it('describes the values of its parts, and leaves their defaults to them', () => {
    const { properties, required, additionalProperties } = file('values.schema.json');
    expect([required, additionalProperties]).toEqual([['web', 'second', 'job'], false]);
    expect(properties['web']).toMatchObject({
      required: ['enabled'],
      additionalProperties: false,
      properties: {
        enabled: { type: 'boolean', default: true },
        image: { type: 'object', additionalProperties: false },
      },
    });
    expect(properties['web'].properties.image).not.toHaveProperty('required');
    expect(properties['job'].properties.enabled.default).toBe(false);
  });

  it('takes what a chart that brings it along hands down, as every chart does', () => {
    const { properties } = file('values.schema.json');
    expect(properties).toMatchObject({ enabled: { type: 'boolean' }, global: { type: 'object' } });
  });

  it('has no templates of its own, and its parts only in its package', () => {
    expect([...umbrella.files().keys()]).toEqual([
      '.helmignore',
      'Chart.yaml',
      'README.md',
      'values.schema.json',
      'values.yaml',
      'ci/one-values.yaml',
      'templates/NOTES.txt',
    ]);
    const small = new HelmUmbrella({ ...about, parts: [{ chart: job, enabled: false }] });
    expect(small.packagedFiles().get('charts/job/Chart.yaml')).toBe(job.files().get('Chart.yaml'));
    expect(small.packagedFiles().has('charts/job/templates/configmap.yaml')).toBe(true);
  }, 30_000);

  it('says which parts are installed, and then what it is told to say', () => {
    const noted = new HelmUmbrella({ ...about, parts: [{ chart: web }], notes: 'Next: wait.\n' });
    expect(noted.files().get('templates/NOTES.txt')).toBe(
      '{{ .Release.Name }} has these parts:\n{{- if (index .Values "web").enabled }}\n- web\n{{- end }}\nNext: wait.\n',
    );
  });

  it('refuses two parts of one name', () => {
    expectRefusal(
      () => new HelmUmbrella({ ...about, parts: [{ chart: web }, { chart: web }] }),
      '[all] two parts have the name "web"; give one of them an alias',
    );
  });

  it('refuses values that a part does not take', () => {
    expectRefusal(
      () => new HelmUmbrella({ ...about, parts: [{ chart: web, values: { replicas: 99 } }] }),
      '[all/web] the chart does not take these values: values.replicas: Too big: expected number to be <=20; give values that its schema allows',
    );
  });

  it('refuses to install what asks for values by default', () => {
    expectRefusal(
      () => new HelmUmbrella({ ...about, parts: [{ chart: job }] }),
      '[all/job] the chart does not take these values: values.bucket.name: Invalid input: expected string, received undefined; give values that its schema allows',
    );
  });
});
