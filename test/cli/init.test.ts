import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIBRARY, mlops, PROJECT } from './process';

jest.setTimeout(60_000);

describe('a new platform', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'mlops-init-')), 'ml');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  /** What `npm install` would put there. */
  function install(): void {
    mkdirSync(join(folder, 'node_modules/cdk8s-mlops'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/cdk8s-mlops/index.js'), `module.exports = require(${LIBRARY});`);
    for (const name of ['tsx', 'cdk8s', 'constructs']) {
      symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }

  it('is valid and synthesizes at once', () => {
    expect(mlops(tmpdir(), ['init', folder])).toMatchObject({ status: 0, stderr: '' });
    install();
    expect(mlops(folder, ['validate'])).toEqual({ status: 0, stdout: 'valid: 2 units, promotion.yaml\n', stderr: '' });
    expect(readdirSync(folder)).not.toContain('dist');
    const { status, stdout } = mlops(folder, ['synth']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('dist: 2 written, 0 unchanged, 0 removed\n')]);
    const manifest = readFileSync(join(folder, 'dist/production/fraud.k8s.yaml'), 'utf8');
    expect(manifest).toContain('image: registry.example.com/fraud/churn:1.0.0');
  });

  it('needs what its package.json names, in the versions of this library', () => {
    mlops(tmpdir(), ['init', folder]);
    const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
    const own = read(join(PROJECT, 'package.json'));
    expect(read(join(folder, 'package.json'))).toMatchObject({
      name: 'ml',
      dependencies: { 'cdk8s-mlops': own.version, cdk8s: own.peerDependencies.cdk8s },
      devDependencies: { tsx: own.devDependencies.tsx },
    });
  });

  it('is only told of in a dry run', () => {
    const { status, stdout } = mlops(tmpdir(), ['init', folder, '--dry-run', '--output', 'json']);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ name: 'ml', written: false, files: expect.arrayContaining(['main.ts']) }),
    ]);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  it('goes into no folder that holds anything but .git', () => {
    mkdirSync(join(folder, '.git'), { recursive: true });
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(mlops(folder, ['init'])).toEqual({
      status: 1,
      stdout: '',
      stderr:
        '[.] the folder is not empty: it has notes.txt; ' +
        'name an empty folder, or one that is not there yet: mlops init platform\n' +
        '1 mistake, nothing was written\n',
    });
    expect(readdirSync(folder)).toEqual(['.git', 'notes.txt']);
    rmSync(join(folder, 'notes.txt'));
    expect(mlops(folder, ['init']).status).toBe(0);
  });

  it('has a name that can name one', () => {
    expect(mlops(tmpdir(), ['init', folder, '--name', 'My ML']).stderr).toMatch(
      /^\[init\] "My ML" cannot name a platform; use --name with /,
    );
  });
});
