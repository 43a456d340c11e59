import { lockName, parseImageLock } from '../../lib/core/image-lock';
import { ImageMap } from '../../lib/core/image-map';
import { expectRefusal } from '../support';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const one = digest('1');
const lock = parseImageLock(
  `images:\n  ghcr.io/mlflow/mlflow:v3: ${one}\n  nginx:1.25: ${digest('2')}\n`,
  'images.lock.yaml',
);
const registries = {
  'ghcr.io': 'registry.local/ghcr',
  'ghcr.io/mlflow': 'registry.local:5000/ml',
  'docker.io': 'registry.local/hub',
  'registry.example.com': 'registry.example.com',
};
const HOSTS = 'write its host without a scheme and, if needed, port and path: "registry.example.com:5000/mirror"';

describe('the map of registries', () => {
  test.each([
    ['ghcr.io/acme/api:1', 'registry.local/ghcr/acme/api:1'],
    ['ghcr.io/mlflow/mlflow:v3', 'registry.local:5000/ml/mlflow:v3'],
    ['ghcr.io/mlflowers/api:1', 'registry.local/ghcr/mlflowers/api:1'],
    ['nginx:1.25', 'registry.local/hub/library/nginx:1.25'],
    ['docker.io/nginx:1.25', 'registry.local/hub/library/nginx:1.25'],
    ['grafana/grafana:12', 'registry.local/hub/grafana/grafana:12'],
    ['docker.io/grafana/grafana:12', 'registry.local/hub/grafana/grafana:12'],
    ['registry.example.com/ml/serving:3', 'registry.example.com/ml/serving:3'],
    [`ghcr.io/acme/api:1@${one}`, `registry.local/ghcr/acme/api:1@${one}`],
    [`ghcr.io/acme/api@${one}`, `registry.local/ghcr/acme/api@${one}`],
    ['registry.local/ghcr/acme/api:1', 'registry.local/ghcr/acme/api:1'],
  ])('turns %s into %s', (image, reference) => {
    expect(new ImageMap(registries).map(image)).toEqual({ reference });
  });

  it('leaves images alone without one', () => {
    expect(new ImageMap().map('nginx:1.25')).toEqual({ reference: 'nginx:1.25' });
  });

  it('puts what it made into a part of the same registry once only', () => {
    const map = new ImageMap({ 'registry.local': 'registry.local/mirror' });
    expect(map.map('registry.local/api:1')).toEqual({ reference: 'registry.local/mirror/api:1' });
    expect(map.map('registry.local/mirror/api:1')).toEqual({ reference: 'registry.local/mirror/api:1' });
  });

  test.each([
    ['quay.io/acme/api:1', 'quay.io'],
    ['ghcr.io.example.com/api:1', 'ghcr.io.example.com'],
    ['localhost/api:1', 'localhost'],
  ])('refuses %s, whose registry it does not name', (image, host) => {
    expect(new ImageMap(registries).map(image)).toEqual({
      problem: `image "${image}" comes from ${host}, which images.registries does not name`,
      remedy: `add '${host}': '<registry that pods reach>', or '${host}': '${host}' if they reach it`,
    });
  });

  it('refuses what is no image', () => {
    expect(new ImageMap().map('a b')).toEqual({
      problem: '"a b" is no image',
      remedy: 'write <registry>/<name>:<tag>',
    });
  });

  test.each(['ghcr', '', 'https://ghcr.io', 'ghcr.io/', 'ghcr.io:1.2/a', 'ghcr.io/mlflow:v3', '/ghcr.io', 'ghcr.io/A'])(
    'refuses %j as a registry',
    name => {
      expectRefusal(
        () => new ImageMap({ [name]: 'registry.local' }),
        `[images.registries] "${name}" is no registry; ${HOSTS}`,
      );
      expectRefusal(() => new ImageMap({ 'ghcr.io': name }), `[images.registries] "${name}" is no registry; ${HOSTS}`);
    },
  );

  it('refuses a rewrite that needs another', () => {
    expectRefusal(
      () => new ImageMap({ 'ghcr.io': 'docker.io/mirror', 'docker.io': 'registry.local' }),
      '[images.registries] "ghcr.io" becomes "docker.io/mirror", which is rewritten too; name the last registry at once',
    );
  });
});

describe('the lock file of images', () => {
  test.each([
    ['ghcr.io/mlflow/mlflow:v3', `ghcr.io/mlflow/mlflow:v3@${one}`],
    ['docker.io/library/nginx:1.25', `docker.io/library/nginx:1.25@${digest('2')}`],
    ['nginx:1.25', `nginx:1.25@${digest('2')}`],
    [`ghcr.io/mlflow/mlflow:v3@${one}`, `ghcr.io/mlflow/mlflow:v3@${one}`],
    [`ghcr.io/acme/api:7@${digest('3')}`, `ghcr.io/acme/api:7@${digest('3')}`],
  ])('gives %s its digest', (image, reference) => {
    expect(new ImageMap().map(image, lock)).toEqual({ reference });
  });

  it('goes together with other registries', () => {
    expect(new ImageMap(registries).map('nginx:1.25', lock)).toEqual({
      reference: `registry.local/hub/library/nginx:1.25@${digest('2')}`,
    });
  });

  it('teaches how to add an image that it lacks', () => {
    expect(new ImageMap().map('redis:8', lock)).toEqual({
      problem: 'image "redis:8" is not in images.lock.yaml',
      remedy:
        'add below images:\n  docker.io/library/redis:8: sha256:<what "crane digest docker.io/library/redis:8" prints>',
    });
    expect(new ImageMap().map('redis', lock)).toEqual({
      problem: 'image "redis" has neither tag nor digest',
      remedy: 'pin it to a tag',
    });
  });

  it('must not contradict a digest that is declared', () => {
    expect(new ImageMap().map(`nginx:1.25@${one}`, lock)).toEqual({
      problem: `image "nginx:1.25@${one}" has another digest in images.lock.yaml: ${digest('2')}`,
      remedy: 'leave it out of one of them',
    });
  });

  it('knows an image by its full name and the line that locks it', () => {
    expect([...lock.images]).toEqual([
      ['ghcr.io/mlflow/mlflow:v3', { digest: one, line: 2 }],
      ['docker.io/library/nginx:1.25', { digest: digest('2'), line: 3 }],
    ]);
    expect(lockName('nginx:1.25')).toBe('docker.io/library/nginx:1.25');
    expect(lockName('nginx')).toBeUndefined();
    expect(lockName(' ')).toBeUndefined();
  });

  test.each(['', '# nothing yet\n', 'images:\n', 'images: {}\n'])('may lock nothing: %j', text => {
    expect(parseImageLock(text, 'l').images.size).toBe(0);
  });

  const EXAMPLE = 'write\n  images:\n    registry.example.com/ml/serving:3.17.2: sha256:<64 digits>';
  test.each([
    ['hello', `[l:1] the file must be a map with the key images alone; ${EXAMPLE}`],
    ['image:\n  a:1: x', `[l:1] the file must be a map with the key images alone; ${EXAMPLE}`],
    ['images:\nother:\n', `[l:1] the file must be a map with the key images alone; ${EXAMPLE}`],
    ['images: 7\n', `[l:1] images must be a map from images to digests; ${EXAMPLE}`],
    ['images: [a]\n', `[l:1] images must be a map from images to digests; ${EXAMPLE}`],
    [`images:\n  nginx: ${one}\n`, `[l:2] "nginx" is no image with a tag and without a digest; ${EXAMPLE}`],
    [`images:\n  "a b:1": ${one}\n`, `[l:2] "a b:1" is no image with a tag and without a digest; ${EXAMPLE}`],
    [
      `images:\n  nginx:1@${one}: ${one}\n`,
      `[l:2] "nginx:1@${one}" is no image with a tag and without a digest; ${EXAMPLE}`,
    ],
    ['images:\n  nginx:1: abc\n', `[l:2] the digest of "nginx:1" must be sha256: and 64 digits, got "abc"; ${EXAMPLE}`],
    ['images:\n  nginx:1:\n', `[l:2] the digest of "nginx:1" must be sha256: and 64 digits, got null; ${EXAMPLE}`],
    [
      'images:\n  nginx:1: {}\n',
      `[l:2] the digest of "nginx:1" must be sha256: and 64 digits, got something else; ${EXAMPLE}`,
    ],
    ['[images]', `[l:1] the file must be a map with the key images alone; ${EXAMPLE}`],
    [
      `images:\n  nginx:1: ${one}\n  docker.io/library/nginx:1: ${one}\n`,
      '[l:3] "docker.io/library/nginx:1" is the image of another line; keep one of them',
    ],
  ])('refuses %j', (text, message) => {
    expectRefusal(() => parseImageLock(text, 'l'), message);
  });

  it('tells every mistake with its line, also where it is no YAML', () => {
    expectRefusal(
      () => parseImageLock(`images:\n  a: ${one}\n  b: ${one}\n`, 'l'),
      `[l:2] "a" is no image with a tag and without a digest; ${EXAMPLE}\n` +
        `[l:3] "b" is no image with a tag and without a digest; ${EXAMPLE}`,
    );
    expect(() => parseImageLock(`images:\n  nginx:1: ${one}\n  nginx:1: ${one}\n`, 'l')).toThrow(
      /^\[l:3\] not readable as YAML: .*unique.*; mend the line$/,
    );
  });
});
