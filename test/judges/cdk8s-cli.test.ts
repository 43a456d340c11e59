import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeJudged } from './judge';
import { manifestTexts, PROJECT } from './manifests';
import { reach, run } from './npm';

const CLI = 'cdk8s-cli@2.207.60';
const missing = reach(tmpdir(), 'npx', '--yes', CLI, '--version');

describeJudged('cdk8s synth', missing, () => {
  let copy: string;

  /** A clone as somebody else would have it, without the manifests. */
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'clone-'));
    const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    stdout
      .split('\0')
      .filter(file => file !== '' && !file.startsWith('dist/') && existsSync(join(PROJECT, file)))
      .forEach(file => cpSync(join(PROJECT, file), join(copy, file)));
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('gives the manifests of npm run synth, byte for byte', () => {
    const { status, stderr } = run(copy, 'npx', '--yes', CLI, 'synth');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(manifestTexts(join(copy, 'dist'))).toEqual(manifestTexts(join(PROJECT, 'dist')));
  }, 60_000);
});
