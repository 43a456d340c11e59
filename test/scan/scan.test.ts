import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectsOf } from './objects';
import { scan } from './scan';
import type { Scanner } from './scanner';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scan-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const manifest = (name: string) => `# trivy:ignore:*\nkind: Service\nmetadata: {name: ${name}}\n`;

/** A manifest with two objects, and files beside it that are none. */
function objects() {
  const dist = join(folder, 'dist');
  mkdirSync(join(dist, 'staging'), { recursive: true });
  writeFileSync(join(dist, 'staging/fraud.k8s.yaml'), [manifest('a'), manifest('b'), ''].join('---\n'));
  writeFileSync(join(dist, 'notes.yaml'), manifest('c'));
  return objectsOf('dist', dist);
}

/** A scanner that is a program of Node.js. */
const scanner = (program: string): Scanner => ({
  name: 'node',
  group: () => 'all',
  args: files => ['-e', program, ...files],
  read: output => JSON.parse(output),
});

test('objects know their target and their place', () => {
  expect(objects().map(({ place }) => place)).toEqual([
    'dist/staging/fraud.k8s.yaml#Service/a',
    'dist/staging/fraud.k8s.yaml#Service/b',
  ]);
  const [{ target, place }] = objectsOf('dist/notes.yaml', join(folder, 'dist/notes.yaml')) as any;
  expect([target, place]).toEqual(['dist/notes.yaml', 'dist/notes.yaml#Service/c']);
});

describe('a scan', () => {
  it('names the object of a finding', async () => {
    const found = `[{ file: process.argv[2], rule: 'R1', text: 'open' }]`;
    const verdict = await scan(
      scanner(`console.log(JSON.stringify({ seen: 2, findings: ${found} }))`),
      objects(),
      folder,
    );
    expect(verdict.findings).toEqual([
      expect.objectContaining({ scanner: 'node', rule: 'R1', object: objects()[1], text: 'open' }),
    ]);
  });

  it('gives the scanner each object in a file of its own, without comments', async () => {
    const texts = `process.argv.slice(1).map(file => require('fs').readFileSync(file, 'utf8'))`;
    const findings = `${texts}.map((text, i) => ({ file: i + '.yaml', rule: 'R1', text }))`;
    const verdict = await scan(
      scanner(`console.log(JSON.stringify({ seen: 2, findings: ${findings} }))`),
      objects(),
      folder,
    );
    expect(verdict.findings.map(({ text }) => JSON.parse(text).metadata.name)).toEqual(['a', 'b']);
    expect(readdirSync(join(folder, 'node/all'))).toEqual(['0.yaml', '1.yaml']);
  });

  it('runs once for each group', async () => {
    const once = scanner(
      `console.log(JSON.stringify({ seen: 1, findings: [{ file: '0.yaml', rule: 'R1', text: '' }] }))`,
    );
    const verdict = await scan({ ...once, group: ({ place }) => place.slice(-1) }, objects(), folder);
    expect(verdict.findings.map(({ object }) => object.place.slice(-1))).toEqual(['a', 'b']);
  });

  it('says that a scanner is not installed', async () => {
    const verdict = await scan({ ...scanner(''), name: 'no-such-scanner' }, objects(), folder);
    expect(verdict).toEqual({ scanner: 'no-such-scanner', findings: [], notRun: 'it is not installed' });
  });

  it('fails if the scanner looked at nothing', async () => {
    const nothing = scanner('console.log(JSON.stringify({ seen: 0, findings: [] }))');
    await expect(scan(nothing, objects(), folder)).rejects.toThrow('node looked at nothing');
  });

  it('fails if the scanner does, with what it said', async () => {
    const broken = scanner(`console.error('no such option'); process.exit(2)`);
    await expect(scan(broken, objects(), folder)).rejects.toThrow(/^node failed: .*\nno such option/);
  });
});
