import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ModelApi, ModelRuntime, type PlatformProps } from '../../lib';
import { expectRefusal } from '../support';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const runtime = ModelRuntime.mlflow({ image: 'serving:3.17.2' });

/** A platform whose two teams serve these models, with a signature each. */
function platform(models: readonly string[], props: Partial<PlatformProps> = {}, column = 'age') {
  const signature = `{ inputs: '[{"type": "double", "name": "${column}"}]' }`;
  const pins = models.map(name => `  ${name}: { version: 7, signature: ${signature} }\n`);
  const teams = ['fraud', 'search'];
  teams.forEach(team => work().write(`environments/staging/${team}.yaml`, `models:\n${pins.join('')}`));
  const declared = work().platform(props);
  const [staging] = declared.environments({ staging: {} });
  for (const team of teams) {
    staging!.team(team, { quota: { cpu: '32', memory: '64Gi' } }, chart => {
      models.forEach(name => new ModelApi(chart, name, { model: chart.pinned(name), runtime }));
    });
  }
  return declared;
}
const list = (folder = 'openapi') =>
  readdirSync(join(work().root, folder), { recursive: true, encoding: 'utf8' }).sort();
const FILE = 'staging/fraud/churn.openapi.yaml';

describe('OpenAPI documents', () => {
  it('are written beside the pins, one for each API, and not among the manifests', () => {
    const { openApi } = platform(['churn', 'spam']).synth();
    const files = ['fraud', 'search'].flatMap(team =>
      ['churn', 'spam'].map(name => `staging/${team}/${name}.openapi.yaml`),
    );
    expect(openApi).toEqual({ written: files, unchanged: 0, removed: [] });
    expect(parse(work().read(`openapi/${FILE}`)).info).toEqual({ title: 'churn', version: '7' });
    expect(
      work()
        .paths()
        .filter(path => path.includes('openapi')),
    ).toEqual([]);
  });

  it('leave no trace where no pin carries a signature', () => {
    const declared = work().platform();
    declared.environments({ staging: {} })[0]!.team('fraud', SMALL);
    expect(declared.synth()).not.toHaveProperty('openApi');
    expect(readdirSync(work().root)).toEqual(['dist']);
  });

  it('are written only when they change', () => {
    platform(['churn', 'spam']).synth();
    expect(platform(['churn', 'spam']).synth()).not.toHaveProperty('openApi');
    const { openApi } = platform(['churn', 'spam'], {}, 'income').synth({ only: 'staging/fraud' });
    expect(openApi).toMatchObject({ written: [FILE, FILE.replace('churn', 'spam')], unchanged: 0 });
  });

  it('go with their API, and their folders with the last of them', () => {
    platform(['churn', 'spam']).synth();
    work().write('openapi/staging/search/notes.md', '');
    expect(platform(['spam']).synth().openApi!.removed).toEqual([FILE, FILE.replace('fraud', 'search')]);
    expect(list('openapi/staging/fraud')).toEqual(['spam.openapi.yaml']);
    platform([]).synth();
    expect(list()).toEqual(['staging', 'staging/search', 'staging/search/notes.md']);
  });

  it('leave nothing behind', () => {
    platform(['churn']).synth();
    platform([]).synth();
    expect(readdirSync(work().root).sort()).toEqual(['dist', 'environments']);
  });

  it('stay when one other unit is synthesized', () => {
    platform(['churn']).synth();
    platform([]).synth({ only: 'staging/search' });
    expect(list()).toContain(FILE);
  });

  it('go to the folder that is named', () => {
    platform(['churn'], { openApi: join(work().root, 'site/api') }).synth();
    expect(list('site/api')).toContain(FILE);
  });

  it('are not written if any unit has a mistake', () => {
    const declared = platform(['churn']);
    work().write('environments/staging/search.yaml', 'models: [');
    expect(() => declared.synth()).toThrow('not readable as YAML');
    expect(list()).toEqual([]);
  });

  it('replace no file of anybody else’s, and follow no link', () => {
    work().write(`openapi/${FILE}`, 'mine');
    expectRefusal(
      () => platform(['churn']).synth({ only: 'staging/fraud' }),
      `[${join(work().root, 'openapi', FILE)}] the file is in the way: it is not in the list of files that synthesis wrote; move it away, or remove it if it may be replaced`,
    );
    mkdirSync(join(work().root, 'elsewhere/search'), { recursive: true });
    const linked = join(work().root, 'linked');
    mkdirSync(linked);
    symlinkSync(join(work().root, 'elsewhere'), join(linked, 'staging'));
    expectRefusal(
      () => platform(['churn'], { openApi: linked }).synth({ only: 'staging/search' }),
      `[${join(linked, 'staging')}] what is in the way is no folder, or a link to one; move it away`,
    );
  });
});
