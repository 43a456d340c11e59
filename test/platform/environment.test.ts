import { expectRefusal } from '../support';
import { note, SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const LABEL = 'use at most 63 lower-case letters, digits and "-", starting and ending with a letter or digit';

describe('Platform.environments', () => {
  test('returns them in the order in which they were declared', () => {
    const environments = work()
      .platform()
      .environments({ staging: {}, production: { domain: 'ml.example.org' } });
    expect(environments.map(({ name, server }) => [name, server])).toEqual([
      ['staging', 'https://kubernetes.default.svc'],
      ['production', 'https://kubernetes.default.svc'],
    ]);
    expect(environments[1]!.domain).toBe('ml.example.org');
    expectRefusal(
      () => environments[0]!.domain,
      "[staging] the environment has no domain; give it one: platform.environments({ staging: { domain: 'ml.example.com' } })",
    );
  });

  test('refuses one that is declared twice', () => {
    const platform = work().platform();
    platform.environments({ staging: {} });
    expectRefusal(
      () => platform.environments({ staging: {} }),
      '[staging] the name "staging" is taken; choose another one for the environment',
    );
  });

  test('keeps the name of the folder of the Argo CD objects', () => {
    expectRefusal(
      () => work().platform().environments({ argocd: {} }),
      '[argocd] the name "argocd" is taken; choose another one for the environment',
    );
  });

  test.each(['Staging', 'a/b', '..', '', 'a'.repeat(64), '__proto__'])('refuses the name "%s"', name => {
    expectRefusal(
      () =>
        work()
          .platform()
          .environments({ [name]: {} }),
      `[${name}] "${name}" cannot name an environment; ${LABEL}`,
    );
  });

  test.each(['localhost:6443', 'kubernetes', 'ftp://example.com', 'https://'])('refuses the server "%s"', server => {
    expect(() => work().platform().environments({ staging: { server } })).toThrow(
      `[staging] server must be a URL, got "${server}"; `,
    );
  });

  test.each(['https://ml.example.com', 'ml.example.com:443', '*.example.com', ''])(
    'refuses the domain "%s"',
    domain => {
      expectRefusal(
        () => work().platform().environments({ staging: { domain } }),
        `[staging] "${domain}" is no domain; write it without scheme and port, for example "ml.example.com"`,
      );
    },
  );

  test('takes words that JavaScript has a meaning for', () => {
    const platform = work().platform();
    const [environment] = platform.environments({ constructor: {} });
    environment!.team('valueof', SMALL, team => void note(team, 'constructor-of'));
    expect(platform.synth().written).toEqual(['constructor/valueof.k8s.yaml']);
    expect(platform.synth().unchanged).toBe(1);
  });
});

describe('Environment.team', () => {
  const staging = () => work().platform().environments({ staging: {} })[0]!;

  test('calls the callback only at synthesis', () => {
    const declare = jest.fn();
    const platform = work().platform();
    platform.environments({ staging: {} })[0]!.team('fraud', SMALL, declare);
    expect(declare).not.toHaveBeenCalled();
    platform.synth();
    expect(declare).toHaveBeenCalledTimes(1);
  });

  test('names the namespace after team and environment unless told otherwise', () => {
    const environment = staging();
    environment.team('fraud', SMALL);
    environment.team('search', { ...SMALL, namespace: 'finding' });
    expect(environment.teams.map(({ namespace }) => namespace)).toEqual(['fraud-staging', 'finding']);
  });

  test('refuses a team that is declared twice', () => {
    const environment = staging();
    environment.team('fraud', SMALL);
    expectRefusal(
      () => environment.team('fraud', SMALL),
      '[staging/fraud] team "fraud" is declared twice; declare it once in each environment',
    );
  });

  test.each(['Fraud', '../fraud', 'fraud.k8s'])('refuses the name "%s"', name => {
    expectRefusal(() => staging().team(name, SMALL), `[staging/${name}] "${name}" cannot name a team; ${LABEL}`);
  });

  test('refuses a name that is too long once the environment is part of the namespace', () => {
    const name = 'a'.repeat(60);
    expectRefusal(
      () => staging().team(name, SMALL),
      `[staging/${name}] "${name}-staging" cannot name a namespace; ${LABEL}`,
    );
  });

  test('writes the longest name to the file that the list of files knows', () => {
    const platform = work().platform();
    const name = 'a'.repeat(63);
    platform.environments({ [name]: {} })[0]!.team(name, { ...SMALL, namespace: 'short' });
    expect(platform.synth().written).toEqual([`${name}/${name}.k8s.yaml`]);
    expect(platform.synth().unchanged).toBe(1);
  });
});
