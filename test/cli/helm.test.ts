import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY, mlops as run, PROJECT } from './process';

// Each test starts processes, which take their time on a busy machine.
jest.setTimeout(60_000);

/** A chart of one ConfigMap. */
const chartIn = (version: string, more = '') => `
import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { HelmChart } from ${LIBRARY};

const chart = new HelmChart({
  name: 'hello',
  version: '${version}',
  appVersion: '1.0.0',
  description: 'A greeting.',
  values: z.strictObject({ greeting: z.string().default('hello').describe('What it says.') }),
  build: (chart, { greeting }, { fullname }) => {
    new ApiObject(chart, 'greeting', {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: fullname }, ...{ data: { greeting${more} } },
    });
  },
});
export default [chart];
`;

describe('mlops helm', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlops-helm-'));
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const declare = (text: string): void => writeFileSync(join(folder, 'helm.ts'), text);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

  const mlops = (...args: string[]) => run(folder, ['helm', ...args]);

  it('writes charts, and says whether those that lie there are the declared ones', () => {
    declare(chartIn('1.0.0'));
    expect(mlops()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^ {2}written hello\/\.helmignore\n[^]*\ncharts: 7 written, 0 unchanged, 0 removed\n$/,
      ),
    });
    expect(mlops('check')).toEqual({ status: 0, stdout: 'charts: 1 charts as declared\n', stderr: '' });
    appendFileSync(join(folder, 'charts/hello/values.yaml'), '# changed by hand\n');
    expect(mlops('check')).toMatchObject({
      status: 1,
      stderr:
        '[charts/hello/values.yaml] the file is not what is declared; run "mlops helm", and commit it\n1 mistake, nothing was written\n',
    });
    expect(mlops()).toMatchObject({
      status: 0,
      stdout: '  written hello/values.yaml\ncharts: 1 written, 6 unchanged, 0 removed\n',
    });
    declare('export default [];');
    expect(mlops('write').stdout).toContain('charts: 0 written, 0 unchanged, 7 removed\n');
    expect(readdirSync(join(folder, 'charts'))).toEqual([]);
  });

  it('packs the same bytes each time, and no changed chart with a version that was packaged', () => {
    declare(chartIn('1.0.0'));
    expect(mlops('package')).toEqual({ status: 0, stdout: 'packages/hello-1.0.0.tgz\n', stderr: '' });
    mlops('package', '--to', 'again');
    expect(read('again/hello-1.0.0.tgz')).toBe(read('packages/hello-1.0.0.tgz'));
    expect(JSON.parse(read('charts/packages.json'))).toEqual({
      hello: { '1.0.0': expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    declare(chartIn('1.0.0', ", more: 'words'"));
    const changed =
      '[hello] the chart has changed since its version 1.0.0 was packaged; raise the version: who has installed it must be able to tell the two apart\n1 mistake, nothing was written\n';
    expect(mlops('package')).toEqual({ status: 1, stdout: '', stderr: changed });
    expect(mlops()).toMatchObject({
      status: 0,
      stderr: 'hello has changed since 1.0.0 was packaged: raise its version\n',
    });
    expect(mlops('check')).toEqual({ status: 1, stdout: '', stderr: changed });
    declare(chartIn('1.0.1', ", more: 'words'"));
    expect(mlops('package').status).toBe(0);
    expect(Object.keys(JSON.parse(read('charts/packages.json')).hello)).toEqual(['1.0.0', '1.0.1']);
  });

  it('writes nothing if the templates of a chart cannot be found', () => {
    declare(chartIn('1.0.0', ', loud: greeting.toUpperCase()'));
    const { status, stderr } = mlops();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\[hello[^\]]*\] [^]*\n1 mistake, nothing was written\n$/);
    expect(existsSync(join(folder, 'charts'))).toBe(false);
  });

  /** A second chart beside the one that is declared. */
  const besides = (text: string, more = '', name = 'other'): string =>
    text.replace('export default [chart];', '') +
    chartIn('1.0.0', more)
      .replace(/^import .*$/gm, '')
      .replace('const chart =', 'const other =')
      .replace("name: 'hello'", `name: '${name}'`)
      .replace('[chart]', '[chart, other]');

  it('proves charts in processes of their own, and writes them as if alone', () => {
    declare(chartIn('1.0.0'));
    mlops('write', '--charts', 'alone');
    declare(besides(chartIn('1.0.0')) + "console.log('read');\nconsole.error(process.pid);\n");
    const { stdout, stderr } = mlops();
    expect(stdout).toMatch(/^ {2}written hello\/[^]*written other\/[^]*14 written, 0 unchanged, 0 removed\n$/);
    const said = stderr.trim().split('\n');
    expect([said.filter(line => line === 'read').length, new Set(said).size]).toEqual([1, 4]);
    for (const file of ['values.yaml', 'templates/configmap.yaml']) {
      expect(read(`charts/hello/${file}`)).toBe(read(`alone/hello/${file}`));
    }
  });

  it('tells the mistakes of all charts, in the order of their declaration', () => {
    declare(besides(chartIn('1.0.0', ', loud: greeting.toUpperCase()'), ', soft: greeting.toLowerCase()'));
    const { status, stderr } = mlops();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\[hello: [^\]]*\] [^]*\n\[other: [^\]]*\] [^]*\n2 mistakes, nothing was written\n$/);
    expect(existsSync(join(folder, 'charts'))).toBe(false);
  });

  it('shows where a defect is, also in a process of its own', () => {
    const broken = ', get soft() { if (process.send !== undefined) { process.exit(3); } return 1; }';
    declare(besides(chartIn('1.0.0'), broken));
    const { status, stderr } = mlops();
    expect(status).not.toBe(0);
    expect(stderr).toContain('the process that proves other ended with 3 and gave no answer');
  });

  it('refuses foreign files before it proves anything', () => {
    declare(besides(chartIn('1.0.0', ', loud: greeting.toUpperCase()')));
    mkdirSync(join(folder, 'charts/other'), { recursive: true });
    writeFileSync(join(folder, 'charts/other/mine.txt'), '');
    const stderr = `[charts/other] the folder holds files that were not generated: mine.txt; move them away: the folder of a chart is replaced as a whole\n1 mistake, nothing was written\n`;
    expect(mlops()).toEqual({ status: 1, stdout: '', stderr });
    expect(mlops('check')).toEqual({ status: 1, stdout: '', stderr });
  });

  it.each([
    ['export default {};', '[helm.ts] the module exports no list of Helm charts; end it with: export default [chart];'],
    [
      chartIn('1.0.0').replace('[chart]', '[chart, chart]'),
      '[helm.ts] two charts have the name "hello"; give one of them another name',
    ],
  ])('refuses a module that declares no charts: %#', (text, message) => {
    declare(text);
    expect(mlops()).toEqual({ status: 1, stdout: '', stderr: `${message}\n1 mistake, nothing was written\n` });
  });
});
