import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSummary, ManifestWriter } from '../../lib/platform/write-manifests';
import { expectRefusal } from '../support';
import { useWorkspace } from './workspace';

const INDEX = '.cdk8s-mlops.json';
const work = useWorkspace();

/** What a synthesis of these files does. */
function write(files: Readonly<Record<string, string>>, complete = true): FileSummary {
  const writer = new ManifestWriter(work().dist);
  try {
    Object.entries(files).forEach(([file, text]) => writer.stage(file, text));
    return writer.commit(complete);
  } finally {
    writer.discard();
  }
}

const FILE = 'staging/fraud.k8s.yaml';
const NEXT = 'staging/search.k8s.yaml';

describe('the list of written files', () => {
  const indexed = (...files: unknown[]) => JSON.stringify({ files });

  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no list', '{"files": {"length": 0}}'],
    ['a number', indexed(1)],
    ['a path upwards', indexed('../../etc/passwd')],
    ['a path upwards with our extension', indexed('../fraud.k8s.yaml')],
    ['an absolute path', indexed('/etc/team.k8s.yaml')],
    ['a path through a folder of its own', indexed('staging/../../x.k8s.yaml')],
    ['a file of the folder itself', indexed('fraud.k8s.yaml')],
    ['a file that is no manifest', indexed('staging/fraud.yaml')],
    ['a path with a line end', indexed('staging/fraud.k8s.yaml\n')],
  ])('is refused when it holds %s', (_, text) => {
    work().write(`dist/${INDEX}`, text);
    const before = work().content();
    expectRefusal(
      () => write({ [FILE]: 'text' }),
      `[${join(work().dist, INDEX)}] the list of written files cannot be read; restore it from Git, or remove it ` +
        'together with the files in the folder',
    );
    expect(work().content()).toEqual(before);
  });

  test('is refused when it is a folder, or a link to nothing', () => {
    mkdirSync(join(work().dist, INDEX), { recursive: true });
    expect(() => write({})).toThrow('the list of written files cannot be read');
    work().remove();
    mkdirSync(work().dist, { recursive: true });
    symlinkSync('nowhere', join(work().dist, INDEX));
    expect(() => write({})).toThrow('the list of written files cannot be read');
  });

  test('may name files that are gone', () => {
    work().write(`dist/${INDEX}`, indexed(FILE, 'gone/team.k8s.yaml'));
    expect(write({ [NEXT]: 'text' })).toEqual({ written: [NEXT], unchanged: 0, removed: [] });
  });
});

describe('what is in the way', () => {
  test.each([
    ['a folder in place of a file', FILE, 'folder', `${FILE}] a folder is in the way of the file; move it away`],
    ['a file in place of a folder', 'staging', 'file', 'staging] what is in the way is no folder, or a link to one; '],
    ['a link in place of a folder', 'staging', 'link', 'staging] what is in the way is no folder, or a link to one; '],
    ['a link to nothing in place of a file', FILE, 'link', `${FILE}] the file is in the way: it is not in the list`],
  ])('is %s, and refused', (_, path, kind, message) => {
    write({ 'production/fraud.k8s.yaml': 'text' });
    const place = join(work().dist, path);
    mkdirSync(kind === 'folder' ? place : join(place, '..'), { recursive: true });
    if (kind === 'file') {
      work().write(`dist/${path}`, 'mine');
    } else if (kind === 'link') {
      symlinkSync(path === FILE ? 'nowhere' : '.', place);
    }
    const before = work().content();
    expect(() => write({ 'production/fraud.k8s.yaml': 'changed', [FILE]: 'text' })).toThrow(message);
    expect(work().content()).toEqual(before);
  });

  test('is a folder even where the list names a file', () => {
    write({ [FILE]: 'text' });
    work().write(`dist/${NEXT}/mine`, 'mine');
    work().write(`dist/${INDEX}`, JSON.stringify({ files: [FILE, NEXT] }));
    expect(() => write({ [FILE]: 'text', [NEXT]: 'text' })).toThrow('a folder is in the way of the file');
    expect(write({ [FILE]: 'text' }).removed).toEqual([]);
    expect(work().read(`dist/${NEXT}/mine`)).toBe('mine');
  });

  test('is never removed behind a link, whatever the list says', () => {
    work().write('elsewhere/team.k8s.yaml', 'mine');
    mkdirSync(work().dist);
    symlinkSync('../elsewhere', join(work().dist, 'linked'));
    work().write(`dist/${INDEX}`, JSON.stringify({ files: ['linked/team.k8s.yaml'] }));
    expect(write({ [FILE]: 'text' })).toEqual({ written: [FILE], unchanged: 0, removed: [] });
    expect(work().read('elsewhere/team.k8s.yaml')).toBe('mine');
    expect(work().paths()).toContain('linked');
  });

  test('is told once and without a trace when nothing can be written at all', () => {
    work().write('dist', 'a file');
    expect(() => write({ [FILE]: 'text' })).toThrow(/^\[\S+dist\] \w+: .*; make it a folder that can be written$/);
    expect(work().read('dist')).toBe('a file');
  });
});

describe('the output folder', () => {
  test('may be a link itself', () => {
    mkdirSync(join(work().root, 'repository'));
    symlinkSync('repository', work().dist);
    write({ [FILE]: 'text' });
    expect(work().read(`repository/${FILE}`)).toBe('text');
    expect(write({ [NEXT]: 'text' }).removed).toEqual([FILE]);
  });

  test('gets a file in place of a link that was in the list, and what it led to stays', () => {
    write({ [FILE]: 'text', [NEXT]: 'text' });
    work().write('precious', 'mine');
    work().write(`dist/${INDEX}`, JSON.stringify({ files: [FILE, NEXT, 'staging/linked.k8s.yaml'] }));
    symlinkSync('../../precious', join(work().dist, 'staging/linked.k8s.yaml'));
    write({ [FILE]: 'text', [NEXT]: 'text', 'staging/linked.k8s.yaml': 'ours' });
    expect(work().read('dist/staging/linked.k8s.yaml')).toBe('ours');
    expect(work().read('precious')).toBe('mine');
  });

  test('holds nothing that was laid aside, not even by a run that was killed', () => {
    const { pid } = spawnSync('true');
    work().write(`dist/.staged-${pid}/staging/fraud.k8s.yaml`, 'half');
    work().write(`dist/.staged-${process.ppid}/staging/fraud.k8s.yaml`, 'of a run that goes on');
    work().write('dist/.staged-by-hand/file', 'mine');
    write({ [FILE]: 'text' });
    expect(
      work()
        .paths()
        .filter(path => path.startsWith('.staged') && !path.includes('/')),
    ).toEqual([`.staged-${process.ppid}`, '.staged-by-hand']);
  });
});

describe('a move into place that fails', () => {
  const half = () => {
    write({ [FILE]: 'old', [NEXT]: 'old' });
    const writer = new ManifestWriter(work().dist);
    const files = ['a/new.k8s.yaml', NEXT, FILE];
    files.forEach(file => writer.stage(file, 'new'));
    // After every check, as only a race or a failing disk can do it.
    work().remove();
    write({ [FILE]: 'old' });
    files.forEach(file => work().write(`dist/.staged-${process.pid}/${file}`, 'new'));
    mkdirSync(join(work().dist, NEXT));
    expect(() => writer.commit(true)).toThrow(
      `${join(work().dist, NEXT)} cannot be replaced, after 1 of 3 files were; each file is either old or new, and ` +
        'the next run completes it',
    );
    writer.discard();
  };

  test('leaves each file old or new, and nothing that was laid aside', () => {
    half();
    expect(work().read('dist/a/new.k8s.yaml')).toBe('new');
    expect(work().read(`dist/${FILE}`)).toBe('old');
    expect(work().paths()).toEqual([INDEX, 'a', 'a/new.k8s.yaml', 'staging', FILE, NEXT]);
  });

  test('leaves files that the next run knows for its own', () => {
    half();
    expect(write({ 'a/new.k8s.yaml': 'newer', [FILE]: 'newer' }).written).toEqual(['a/new.k8s.yaml', FILE]);
    expect(write({ [FILE]: 'newer' }).removed).toEqual(['a/new.k8s.yaml']);
  });
});
