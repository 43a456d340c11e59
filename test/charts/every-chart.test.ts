import Ajv from 'ajv';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import charts from '../../helm';
import { HelmChart } from '../../lib/helm/helm-chart';
import { mergeValues } from '../../lib/helm/values/merge-values';
import { readContract } from '../../lib/helm/values/read-contract';
import type { Values } from '../../lib/helm/values/samples';
import type { ObjectValue, ValueNode } from '../../lib/helm/values/value-node';

const all: readonly HelmChart<any>[] = charts.filter(chart => chart instanceof HelmChart);

describe.each(all.map(chart => [chart.name, chart] as const))('the chart %s', (_, chart) => {
  const contract = readContract(chart.props.values);
  const tried = Object.entries(chart.props.ci ?? {}) as [string, Values][];
  const given = [chart.defaults, ...tried.map(([, values]) => mergeValues(chart.defaults, values))];
  const allows = new Ajv({ strict: false }).compile(chart.schema);

  it.each([['its defaults', {}], ...tried] as [string, Values][])('takes what Helm would take: %s', (name, values) => {
    expect(allows(mergeValues(chart.defaults, values)) ? [] : [name, allows.errors]).toEqual([]);
    expect(chart.synth(values, { name: 'demo', namespace: 'fraud' }).length).toBeGreaterThan(0);
  });

  it('is tried with every kind of its values', () => {
    const missing = leavesOf(contract).flatMap(([path, node]) => {
      const seen = new Set(given.map(values => at(values, path)));
      return statesOf(node)
        .filter(state => !seen.has(state))
        .map(state => `${path.join('.')}: ${state}`);
    });
    expect(missing).toEqual([]);
  });

  it('says in its notes and tests nothing of values that it does not have', () => {
    const texts = [chart.props.notes!, ...Object.values(chart.props.tests ?? {})].join('\n');
    const unknown = [...texts.matchAll(/\.Values\.([A-Za-z0-9.]+)/g)]
      .map(([, path]) => path!)
      .filter(path => at(chart.defaults, path.split('.')) === undefined);
    expect(unknown).toEqual([]);
    expect(texts).toContain('.Values.');
  });

  it('tells Artifact Hub of the images that it has by default, and of pages that are there', () => {
    const { images = [], links, license } = chart.props.artifactHub!;
    const objects = JSON.stringify(chart.synth({}, { name: 'demo', namespace: 'fraud' }));
    expect(images.filter(({ image }) => !objects.includes(`"image":"${image}"`))).toEqual([]);
    expect(new Set([...objects.matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image))).toEqual(
      new Set(images.map(({ image }) => image)),
    );
    const pages = [chart.props.icon!, ...links!.map(({ url }) => url)].map(url => url.replace(/^.*\/main\//, ''));
    expect(pages.filter(page => !existsSync(join(__dirname, '..', '..', page)))).toEqual([]);
    expect(license).toBe('Apache-2.0');
  });
});

/** The values that are one of several, but for those in lists and maps. */
function leavesOf(node: ObjectValue, path: readonly string[] = []): [string[], ValueNode][] {
  return Object.entries(node.fields).flatMap(([key, field]): [string[], ValueNode][] =>
    field.kind === 'object' ? leavesOf(field, [...path, key]) : [[[...path, key], field]],
  );
}

const statesOf = (node: ValueNode): unknown[] =>
  node.kind === 'boolean' ? [true, false] : node.kind === 'choice' ? [...node.choices] : [];

const at = (values: Values, path: readonly string[]): unknown =>
  path.reduce<any>((current, step) => current?.[step], values);
