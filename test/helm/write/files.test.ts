import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ADVERSARIAL_TEXTS } from '../../../lib/helm/values/adversarial-texts';
import { artifactHubAnnotations } from '../../../lib/helm/write/artifact-hub';
import { checkChartName } from '../../../lib/helm/write/chart-name';
import { chartReadme } from '../../../lib/helm/write/chart-readme';
import { chartYaml } from '../../../lib/helm/write/chart-yaml';
import { gzip } from '../../../lib/helm/write/gzip';
import { packageChart, packageName } from '../../../lib/helm/write/package-chart';
import { plainYaml } from '../../../lib/helm/write/plain-yaml';
import { writeChart } from '../../../lib/helm/write/write-chart';
import { expectRefusal } from '../../support';

describe('plainYaml', () => {
  it.each(['1.1', '1.2'] as const)('means the same to YAML %s, for texts and for keys', version => {
    const map = Object.fromEntries(
      ADVERSARIAL_TEXTS.map(text => [text, { text, list: [text, [text], { [text]: 1 }] }]),
    );
    expect(parse(plainYaml(map), { version })).toEqual(map);
  });

  it('prints plain words as they are, and lines as a block', () => {
    expect(plainYaml({ a: 'some words, here', b: 'one\n\n  two\n', c: [], d: {}, e: [{ f: 1, g: [true] }] })).toBe(
      'a: some words, here\nb: |\n  one\n\n    two\nc: []\nd: {}\ne:\n  - f: 1\n    g:\n      - true\n',
    );
  });
});

describe('chartYaml', () => {
  it('says what the chart is, and leaves out what is not given', () => {
    const text = chartYaml({ name: 'web', version: '1.2.0', description: 'A web server.', kubeVersion: '>=1.29.0-0' });
    expect(text).toBe(
      'apiVersion: v2\nname: web\ndescription: A web server.\ntype: application\nversion: "1.2.0"\nkubeVersion: ">=1.29.0-0"\n',
    );
  });

  it('tells Artifact Hub, whose lists are texts', () => {
    const annotations = artifactHubAnnotations({
      category: 'ai-machine-learning',
      prerelease: false,
      changes: [{ kind: 'added', description: 'The value `a: b`.' }],
      images: [],
    });
    expect(annotations).toEqual({
      'artifacthub.io/category': 'ai-machine-learning',
      'artifacthub.io/prerelease': 'false',
      'artifacthub.io/changes': '- kind: added\n  description: "The value `a: b`."\n',
      'artifacthub.io/images': '[]\n',
    });
    expect(parse(annotations['artifacthub.io/changes']!)).toEqual([
      { kind: 'added', description: 'The value `a: b`.' },
    ]);
  });
});

describe('chartReadme', () => {
  const chart = { name: 'web', version: '1.2.0', description: 'Web.', kubeVersion: '>=1.29.0-0', valuesTable: '|a|\n' };

  it('installs from the folder, or from a registry', () => {
    expect(chartReadme({ ...chart, asks: false })).toContain(
      'helm install my-web ./web --namespace my-namespace --create-namespace\n',
    );
    expect(chartReadme({ ...chart, asks: true, registry: 'oci://r.example/charts' })).toContain(
      'helm install my-web oci://r.example/charts/web --version 1.2.0 --namespace my-namespace --create-namespace --values values.yaml\n',
    );
  });

  it('says what must be there, what the values are, and how it goes away', () => {
    expect(chartReadme({ ...chart, asks: false, prerequisites: ['A database'] })).toBe(
      readmeOf('- Kubernetes >=1.29.0-0\n- Helm 3.8 or newer\n- A database'),
    );
  });
});

const readmeOf = (prerequisites: string): string =>
  `# web\n\nWeb.\n\nVersion 1.2.0.\n\n## TL;DR\n\n\`\`\`sh\nhelm install my-web ./web --namespace my-namespace --create-namespace\n\`\`\`\n\n## Prerequisites\n\n${prerequisites}\n\n## Values\n\nA file with values, given by \`--values\`, is checked against [values.schema.json](values.schema.json).\n\n|a|\n\n## Uninstall\n\n\`\`\`sh\nhelm uninstall my-web --namespace my-namespace\n\`\`\`\n`;

describe('checkChartName', () => {
  it.each([
    [
      'Web',
      '1.0.0',
      '[HelmChart] "Web" is no name of a chart; use at most 53 small letters, digits and "-", as in model-api',
    ],
    ['web', '1.0', '[web] "1.0" is no version of a chart; use three numbers, as in 1.2.0 or 1.2.0-rc.1'],
    ['web', 'v1.0.0', '[web] "v1.0.0" is no version of a chart; use three numbers, as in 1.2.0 or 1.2.0-rc.1'],
  ])('refuses %s %s', (name, version, message) => {
    expectRefusal(() => checkChartName(name, version), message);
  });
});

describe('packageChart', () => {
  const long = `${'folder/'.repeat(15)}values.yaml`;
  const chart = {
    name: 'web',
    version: '1.0.0',
    packagedFiles: () =>
      new Map([
        ['z', 'ü\n'],
        ['Chart.yaml', 'name: web\n'],
        [long, 'x'.repeat(70_000)],
        ['empty', ''],
      ]),
  };

  it('is a package that tar unpacks, with Chart.yaml first', () => {
    const list = spawnSync('tar', ['-tzvf', '-'], { input: packageChart(chart), encoding: 'utf8' });
    expect(list.stderr).toBe('');
    const lines = list.stdout
      .trim()
      .split('\n')
      .map(line => line.split(/ +/));
    expect(lines.map(([mode, owner, size]) => [mode, owner, size])).toEqual([
      ['-rw-r--r--', '0/0', '10'],
      ['-rw-r--r--', '0/0', '0'],
      ['-rw-r--r--', '0/0', '70000'],
      ['-rw-r--r--', '0/0', '3'],
    ]);
    expect(lines.map(line => line.at(-1))).toEqual(['web/Chart.yaml', 'web/empty', `web/${long}`, 'web/z']);
    const one = spawnSync('tar', ['-xzOf', '-', 'web/z'], { input: packageChart(chart), encoding: 'utf8' });
    expect(one.stdout).toBe('ü\n');
  });

  it('is the same bytes each time', () => {
    expect(
      packageChart(chart).equals(
        packageChart({ ...chart, packagedFiles: () => new Map([...chart.packagedFiles()].reverse()) }),
      ),
    ).toBe(true);
    expect(packageName(chart)).toBe('web-1.0.0.tgz');
  });

  it.each([0, 1, 65_535, 65_536, 200_000])('packs %d bytes as gzip does', size => {
    const bytes = Buffer.alloc(size, 'abc');
    expect(gunzipSync(gzip(bytes)).equals(bytes)).toBe(true);
  });
});

describe('writeChart', () => {
  let charts: string;
  const chart = (files: Record<string, string>) => ({ name: 'web', files: () => new Map(Object.entries(files)) });
  const at = (path: string): string => join(charts, 'web', path);
  beforeEach(() => (charts = mkdtempSync(join(tmpdir(), 'charts-'))));
  afterEach(() => rmSync(charts, { recursive: true, force: true }));

  it('writes files, leaves what is right alone, and removes what is no longer made', () => {
    expect(writeChart(chart({ 'Chart.yaml': 'a', 'templates/b.yaml': 'b', c: 'c' }), charts)).toEqual({
      written: ['Chart.yaml', 'c', 'templates/b.yaml'],
      unchanged: 0,
      removed: [],
    });
    const before = statSync(at('Chart.yaml'));
    expect(writeChart(chart({ 'Chart.yaml': 'a', 'templates/b.yaml': 'B' }), charts)).toEqual({
      written: ['templates/b.yaml'],
      unchanged: 1,
      removed: ['c'],
    });
    expect(readFileSync(at('templates/b.yaml'), 'utf8')).toBe('B');
    expect(existsSync(at('c'))).toBe(false);
    expect(statSync(at('Chart.yaml'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  it('touches nothing if nothing changed', () => {
    writeChart(chart({ 'Chart.yaml': 'a' }), charts);
    const before = statSync(join(charts, 'web')).ino;
    expect(writeChart(chart({ 'Chart.yaml': 'a' }), charts)).toEqual({ written: [], unchanged: 1, removed: [] });
    expect(statSync(join(charts, 'web')).ino).toBe(before);
  });

  it('refuses a folder with files of somebody else', () => {
    writeChart(chart({ 'Chart.yaml': 'a' }), charts);
    writeFileSync(at('notes.md'), 'mine');
    expectRefusal(
      () => writeChart(chart({ 'Chart.yaml': 'b' }), charts),
      `[${charts}/web] the folder holds files that were not generated: notes.md; move them away: the folder of a chart is replaced as a whole`,
    );
    expect(readFileSync(at('Chart.yaml'), 'utf8')).toBe('a');
  });

  it('refuses what is in the way of the folder', () => {
    writeFileSync(join(charts, 'web'), '');
    expectRefusal(
      () => writeChart(chart({ 'Chart.yaml': 'b' }), charts),
      `[${charts}/web] something is in the way that is no folder, or a link to one; move it away`,
    );
    rmSync(join(charts, 'web'));
    mkdirSync(join(charts, 'other'));
    symlinkSync('other', join(charts, 'web'));
    expectRefusal(
      () => writeChart(chart({ 'Chart.yaml': 'b' }), charts),
      `[${charts}/web] something is in the way that is no folder, or a link to one; move it away`,
    );
  });

  it('leaves the old chart as it was, and nothing beside it, if the new one cannot be made', () => {
    writeChart(chart({ 'Chart.yaml': 'a' }), charts);
    const broken = () => {
      throw new Error('broken');
    };
    expect(() => writeChart({ name: 'web', files: broken }, charts)).toThrow('broken');
    expect(() => writeChart(chart({ 'Chart.yaml': 'b', 'Chart.yaml/x': 'c' }), charts)).toThrow(
      /web\] the chart cannot be written: /,
    );
    expect(readFileSync(at('Chart.yaml'), 'utf8')).toBe('a');
    expect(spawnSync('ls', ['-A', charts], { encoding: 'utf8' }).stdout).toBe('web\n');
  });
});
