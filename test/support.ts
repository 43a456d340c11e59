import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { PlatformError, PlatformErrors } from '../lib';

/** A chart in a plain cdk8s App. */
export function chartIn(namespace: string, app = new App()): Chart {
  return new Chart(app, namespace, { namespace });
}

/** What the chart holds, as `Kind/name`. */
export function objectsOf(chart: Chart): string[] {
  return chart.toJson().map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

/** The object `Kind/name` as it is written. */
export function find(chart: Chart, name: string): any {
  const index = objectsOf(chart).indexOf(name);
  if (index === -1) {
    throw new Error(`no ${name} among ${objectsOf(chart).join(', ')}`);
  }
  return chart.toJson()[index];
}

/** What is wrong with the tree once it is complete. */
export function lateProblems(chart: Chart): string[] {
  return chart.node.root.node.findAll().flatMap(construct => construct.node.validate());
}

/** Expects one of our errors, with exactly this text. */
export function expectRefusal(act: () => unknown, message: string): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown instanceof PlatformError || thrown instanceof PlatformErrors ? thrown.message : thrown).toBe(message);
}

/** Compares the chart's YAML with `test/golden/<name>.k8s.yaml`; `UPDATE_GOLDEN=1` writes that file instead. */
export function expectGolden(chart: Chart, name: string): void {
  const folder = join(__dirname, 'golden');
  const file = join(folder, `${name}.k8s.yaml`);
  const yaml = Yaml.stringify(...chart.toJson());
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, yaml);
  }
  expect(yaml).toBe(readFileSync(file, 'utf8'));
}
