import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { LIBRARY, mlops as run, PROJECT } from './process';

// Each test starts a process, which takes its time on a busy machine.
jest.setTimeout(30_000);

const SMALL = "{ quota: { cpu: '1', memory: '1Gi' } }";

describe('mlops', () => {
  let folder: string;
  beforeAll(() => {
    // Characters that mean something in a URL.
    folder = mkdtempSync(join(tmpdir(), 'mlops #1 100% '));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs the command in a folder with this main.ts. */
  function mlops(args: readonly string[], main = '') {
    writeFileSync(join(folder, 'main.ts'), main);
    return run(folder, args);
  }

  const platform = (body: string) => `
    import { Platform, SecretSource } from ${LIBRARY};
    const platform = new Platform({ name: 'ml' });
    const staging = platform.environments({ staging: {} })[0]!;
    ${body}
    export default platform;`;
  const many = platform(`for (let team = 1; team <= 12; team++) staging.team(\`t\${team}\`, ${SMALL});`);

  test('synth says what it wrote, and lists no more than ten files', () => {
    const { status, stdout, stderr } = mlops(['synth'], many);
    const files = Array.from({ length: 10 }, (_, index) => `  written staging/t${index + 1}.k8s.yaml`);
    expect(stdout.split('\n')).toEqual([
      ...files,
      '  written 2 more',
      "isolation: no pod of 12 namespaces reaches another team's, or is reached",
      '  assumed: pods of 12 namespaces call kube-system on UDP 53, TCP 53; whoever runs there tells teams apart',
      'dist: 12 written, 0 unchanged, 0 removed',
      '',
    ]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('digest prints that of the files in a folder, without the note of a registry', () => {
    const model = join(folder, 'model');
    mkdirSync(join(model, 'data'), { recursive: true });
    writeFileSync(join(model, 'MLmodel'), 'flavors: {}\n');
    writeFileSync(join(model, 'data/a b.bin'), '');
    const printed = mlops(['digest', model]);
    // What `sha256sum` says of the sorted lines that it says of the two files.
    expect(printed).toEqual({
      status: 0,
      stdout: 'sha256:3408e2412feaa45490f9fe88035d11ec223b115e2e9b8e6d4809737c030a879d\n',
      stderr: '',
    });
    writeFileSync(join(model, 'registered_model_meta'), 'model_name: churn\n');
    expect(mlops(['digest', model])).toEqual(printed);
    symlinkSync('MLmodel', join(model, 'link'));
    expect(mlops(['digest', model])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        '[digest] "link" is no plain file, and cannot be part of a model with a digest; replace it by the file itself\n',
      ),
    });
    expect(mlops(['digest', 'nowhere']).stderr).toContain(
      '[digest] "nowhere" is no folder; name the folder that has the file MLmodel\n',
    );
  });

  test('synth --only looks at one unit', () => {
    expect(mlops(['synth', '--only', 'staging/t3'], many)).toEqual({
      status: 0,
      stdout:
        "isolation: no pod of the namespace reaches another team's, or is reached, going by what was last proven of 11 other units\n" +
        '  assumed: pods of t3-staging call kube-system on UDP 53, TCP 53; whoever runs there tells teams apart\n' +
        'dist: 0 written, 1 unchanged, 0 removed\n',
      stderr: '',
    });
  });

  test.each([
    [
      'in units',
      platform(`
        staging.team('a', ${SMALL}, team => void team.pinned('churn'));
        staging.team('b', ${SMALL}, () => void SecretSource.existing('A'));`),
      [
        '[staging/a] model "churn" has no pin in environments/staging/a.yaml; add it there:',
        '  models:',
        '    churn:',
        '      version: 1',
        '[staging/b: SecretSource.existing] "A" cannot name a Secret; use lower-case letters, digits, "-" and "."',
        '2 mistakes, nothing was written',
      ],
    ],
    [
      'while main.ts is loaded',
      platform(`staging.team('a', ${SMALL}); staging.team('a', ${SMALL});`),
      ['[staging/a] team "a" is declared twice; declare it once in each environment', '1 mistake, nothing was written'],
    ],
    [
      'in the syntax',
      '\nconst x = ;',
      [
        '[main.ts] Transform failed with 1 error:',
        expect.stringContaining('main.ts:2:10: ERROR: Unexpected ";"; mend the line'),
        '1 mistake, nothing was written',
      ],
    ],
    [
      'that it is an App of cdk8s',
      `import { App } from ${JSON.stringify(require.resolve('cdk8s'))}; export default new App();`,
      [
        '[main.ts] the module exports no platform; end it with: export default platform;',
        '1 mistake, nothing was written',
      ],
    ],
    [
      'that nothing is its default',
      'export const platform = 1;',
      [
        '[main.ts] the module exports no platform; end it with: export default platform;',
        '1 mistake, nothing was written',
      ],
    ],
  ])('tells a mistake %s without a stack trace', (_, main, lines) => {
    const { status, stdout, stderr } = mlops(['synth'], main);
    expect(stderr.split('\n')).toEqual([...lines, '']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('tells a defect with its stack trace', () => {
    const { status, stderr } = mlops(
      ['synth'],
      platform(`staging.team('a', ${SMALL}, () => (undefined as any).gone());`),
    );
    expect(stderr).toMatch(/TypeError: Cannot read properties of undefined \(reading 'gone'\)\n +at .*main\.ts:5:/);
    expect(status).toBe(1);
  });

  test('tells which module is missing', () => {
    expect(mlops(['synth', '--app', 'app.ts'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        '[app.ts] there is no such file; name the module that declares the platform: --app main.ts\n' +
        '1 mistake, nothing was written\n',
    });
  });

  test('tells an unknown option', () => {
    expect(mlops(['synth', '--onyl', 'staging/a'])).toEqual({
      status: 1,
      stdout: '',
      stderr: "error: unknown option '--onyl'\n(Did you mean --only?)\n",
    });
  });

  test('explains itself', () => {
    const { status, stdout } = mlops(['synth', '--help']);
    expect(stdout).toContain('--only <environment/team>');
    expect(stdout).toContain('(default: "main.ts")');
    expect(status).toBe(0);
  });
});

describe('mlops, compiled', () => {
  let folder: string;
  let library: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mlops-compiled-'));
    library = join(folder, 'library');
    compile(join(PROJECT, 'lib'), join(library, 'build'));
    copyFileSync(join(PROJECT, 'package.json'), join(library, 'package.json'));
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Translates each file by itself, as `npm run build` does but without looking at types. */
  function compile(from: string, to: string): void {
    for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))) {
      const { code } = transformFileSync(join(from, file), {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs', ignoreDynamic: true },
      });
      mkdirSync(dirname(join(to, file)), { recursive: true });
      writeFileSync(join(to, file.replace(/\.ts$/, '.js')), code);
    }
  }

  test.each(['commonjs', 'module'])('loads TypeScript without help, in a package of type %s', type => {
    const app = join(folder, type);
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), JSON.stringify({ type }));
    // The type annotation and the import without an extension need tsx.
    writeFileSync(join(app, 'props.ts'), `export const props: object = ${SMALL};`);
    const main = `
      import { Platform } from '../library/build/platform/platform.js';
      import { props } from './props';
      const platform: Platform = new Platform({ name: 'ml' });
      platform.environments({ staging: {} })[0].team('A', props as never);
      export default platform;`;
    const run = (text: string) => {
      writeFileSync(join(app, 'main.ts'), text);
      return spawnSync(process.execPath, [join(library, 'build/cli/mlops.js'), 'synth'], {
        cwd: app,
        encoding: 'utf8',
      });
    };
    expect(run(main).stderr).toMatch(/^\[staging\/A\] "A" cannot name a team; .*\n1 mistake, nothing was written\n$/);
    expect(run(main.replace("'A'", "'a'")).stdout).toContain('1 written, 0 unchanged, 0 removed\n');
  });
});
