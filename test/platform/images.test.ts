import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Lazy } from 'cdk8s';
import { ModelApi, ModelRuntime, Platform, type ImagesProps, type Team } from '../../lib';
import { expectRefusal } from '../support';

const digest = `sha256:${'a'.repeat(64)}`;
const registries = { 'ghcr.io': 'registry.local/ghcr', 'docker.io': 'registry.local/hub' };

describe('the images of a platform', () => {
  let folder: string;
  let lockFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'images-'));
    lockFile = join(folder, 'images.lock.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const deployment = (team: Team, id: string, image: unknown) =>
    new ApiObject(team, id, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: id },
      spec: {
        selector: { matchLabels: { app: id } },
        template: { spec: { containers: [{ name: 'a', image }], initContainers: [{ name: 'b', image: 'nginx:1' }] } },
      },
    });
  const declare = (team: Team) => {
    new ModelApi(team, 'churn', {
      model: { name: 'churn', version: 7 },
      runtime: ModelRuntime.container({ image: 'ghcr.io/fraud/churn:7' }),
      proxy: { image: 'ghcr.io/fraud/churn:7' },
    });
    deployment(team, 'own', Lazy.any({ produce: () => 'ghcr.io/fraud/own:1' }));
  };
  const platform = (images?: ImagesProps, define = declare) => {
    const outdir = join(folder, 'dist');
    const made = new Platform({ name: 'ml', outdir, pins: join(folder, 'environments'), images });
    for (const environment of made.environments({ staging: {}, production: {} })) {
      environment.team('fraud', { quota: { cpu: '4', memory: '16Gi' } }, define);
    }
    return made;
  };
  const text = () => readFileSync(join(folder, 'dist/staging/fraud.k8s.yaml'), 'utf8');
  const imagesIn = (yaml: string) => [...yaml.matchAll(/ image: (.*)/g)].map(([, image]) => image);
  const lock = (...lines: string[]) =>
    writeFileSync(lockFile, `images:\n${lines.map(line => `  ${line}: ${digest}\n`).join('')}`);

  it('stay as they are declared', () => {
    platform().synth();
    expect(imagesIn(text())).toEqual([
      'ghcr.io/fraud/churn:7',
      'ghcr.io/fraud/churn:7',
      'ghcr.io/fraud/own:1',
      'nginx:1',
    ]);
  });

  it('get other registries in objects of ours and of the user, and nothing else changes', () => {
    platform().synth();
    const before = text();
    platform({ registries }).synth();
    expect(imagesIn(text())).toEqual([
      'registry.local/ghcr/fraud/churn:7',
      'registry.local/ghcr/fraud/churn:7',
      'registry.local/ghcr/fraud/own:1',
      'registry.local/hub/library/nginx:1',
    ]);
    const images = / image: .*/g;
    expect(text().replace(images, '')).toBe(before.replace(images, ''));
  });

  it('are the same when cdk8s itself prints the App', () => {
    const made = platform({ registries });
    made.synth();
    const own = text();
    made.build('staging/fraud').synth();
    expect(text()).toBe(own);
  });

  it('get the digests of the lock file', () => {
    lock('ghcr.io/fraud/churn:7', 'ghcr.io/fraud/own:1', 'nginx:1');
    platform({ lockFile }).synth();
    expect(imagesIn(text())).toEqual([
      `ghcr.io/fraud/churn:7@${digest}`,
      `ghcr.io/fraud/churn:7@${digest}`,
      `ghcr.io/fraud/own:1@${digest}`,
      `nginx:1@${digest}`,
    ]);
  });

  it('are each refused once if the lock file lacks them, and so are lines that nothing uses', () => {
    lock('nginx:1', 'ghcr.io/fraud/own:1', 'redis:8');
    const add = `add below images:\n  ghcr.io/fraud/churn:7: sha256:<what "crane digest ghcr.io/fraud/churn:7" prints>`;
    const missing = `image "ghcr.io/fraud/churn:7" is not in ${lockFile}`;
    expectRefusal(
      () => platform({ lockFile }).synth(),
      `[staging/fraud/churn/deployment] ${missing} (and so in 1 more of the units); ${add}\n` +
        `[${lockFile}:4] nothing uses the image "docker.io/library/redis:8"; remove the line`,
    );
    expectRefusal(
      () => platform({ lockFile }).synth({ only: 'production/fraud' }),
      `[production/fraud/churn/deployment] ${missing}; ${add}`,
    );
    expectRefusal(
      () => platform({ lockFile }).build('staging/fraud'),
      `[staging/fraud/churn/deployment] ${missing}; ${add}`,
    );
  });

  it('are all to be added as long as there is no lock file', () => {
    expect(() => platform({ lockFile }).synth()).toThrow(
      /churn:7" is not in[^]*own:1" is not in[^]*"nginx:1" is not in/,
    );
  });

  it('are refused from a registry that is not named', () => {
    expectRefusal(
      () => platform({ registries: { 'ghcr.io': 'registry.local' } }).synth({ only: 'staging/fraud' }),
      '[staging/fraud/own] image "nginx:1" comes from docker.io, which images.registries does not name; ' +
        "add 'docker.io': '<registry that pods reach>', or 'docker.io': 'docker.io' if they reach it",
    );
  });

  it('are refused early for a registry that is none', () => {
    expect(() => platform({ registries: { ghcr: 'registry.local' } })).toThrow('"ghcr" is no registry');
  });

  it('are refused with the mistakes of the units', () => {
    const wrong = platform({ registries: { 'ghcr.io': 'registry.local' } }, team => {
      declare(team);
      team.pinned('churn');
    });
    expect(() => wrong.synth()).toThrow('model "churn" has no pin');
  });

  it('count as used in a unit with a mistake', () => {
    lock('nginx:1');
    const wrong = platform({ lockFile }, team => team.pinned('churn'));
    expect(() => wrong.synth()).toThrow(/^(?![^]*nothing uses)[^]*has no pin/);
  });

  it('are listed with what pods get and with every place', () => {
    lock('ghcr.io/fraud/churn:7', 'redis:8');
    const { images, stale } = platform({ registries, lockFile }).images();
    const places = (object: string) => ['staging', 'production'].map(name => `${name}/fraud ${object}`);
    expect(images).toEqual([
      {
        image: 'ghcr.io/fraud/churn:7',
        reference: `registry.local/ghcr/fraud/churn:7@${digest}`,
        places: places('Deployment/churn'),
      },
      {
        image: 'ghcr.io/fraud/own:1',
        problem:
          `image "ghcr.io/fraud/own:1" is not in ${lockFile}; ` +
          'add below images:\n  ghcr.io/fraud/own:1: sha256:<what "crane digest ghcr.io/fraud/own:1" prints>',
        places: places('Deployment/own'),
      },
      expect.objectContaining({ image: 'nginx:1', places: places('Deployment/own') }),
    ]);
    expect(stale).toEqual([`[${lockFile}:3] nothing uses the image "docker.io/library/redis:8"; remove the line`]);
  });

  it('are listed without anything configured', () => {
    const { images, stale } = platform().images();
    expect(images.map(({ image, reference }) => [image, reference])).toEqual([
      ['ghcr.io/fraud/churn:7', 'ghcr.io/fraud/churn:7'],
      ['ghcr.io/fraud/own:1', 'ghcr.io/fraud/own:1'],
      ['nginx:1', 'nginx:1'],
    ]);
    expect(stale).toEqual([]);
  });
});
