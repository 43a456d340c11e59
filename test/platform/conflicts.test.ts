import type { PlatformProps } from '../../lib';
import { expectRefusal } from '../support';
import { SMALL, useWorkspace } from './workspace';

const work = useWorkspace();
const OTHER = 'https://production.example.com:6443';
const GIT_OPS: Partial<PlatformProps> = { gitOps: { repoUrl: 'https://git.example.com/ml/platform.git' } };

/** A platform of these teams, whose namespaces are given; none is that of the default. */
function platform(
  teams: Readonly<Record<string, Readonly<Record<string, string>>>>,
  servers: Readonly<Record<string, string>> = {},
  props: Partial<PlatformProps> = {},
) {
  const declared = work().platform(props);
  for (const [name, members] of Object.entries(teams)) {
    const [environment] = declared.environments({ [name]: { server: servers[name] } });
    Object.entries(members).forEach(([team, namespace]) =>
      environment!.team(team, { ...SMALL, namespace: namespace === '' ? undefined : namespace }),
    );
  }
  return declared;
}

describe('a namespace', () => {
  const shared = { staging: { fraud: 'ml' }, production: { fraud: 'ml' } };
  const remedy = 'name another namespace, or another server for the environment';

  test('belongs to one team of one environment', () => {
    expectRefusal(
      () => platform(shared).synth(),
      `[production/fraud] namespace "ml" of https://kubernetes.default.svc belongs to staging/fraud; ${remedy}`,
    );
  });

  test('that two teams name by accident is refused', () => {
    expectRefusal(
      () => platform({ a: { 'b-c': '' }, 'c-a': { b: '' } }).synth(),
      `[c-a/b] namespace "b-c-a" of https://kubernetes.default.svc belongs to a/b-c; ${remedy}`,
    );
  });

  test('may have the same name on another server', () => {
    expect(platform(shared, { production: OTHER }).synth().written).toHaveLength(2);
  });

  test('is on one server also where that is written in two ways', () => {
    expect(() => platform(shared, { staging: OTHER, production: `${OTHER}/` }).synth()).toThrow('belongs to staging');
  });

  test('of Argo CD is no team, on the server of Argo CD', () => {
    const taken = { staging: { fraud: 'argocd' } };
    expectRefusal(
      () => platform(taken, {}, GIT_OPS).synth(),
      `[staging/fraud] namespace "argocd" of https://kubernetes.default.svc belongs to Argo CD; ${remedy}`,
    );
    expect(platform(taken, { staging: OTHER }, GIT_OPS).synth().written).toHaveLength(2);
    expect(() => platform(taken).synth()).not.toThrow();
  });
});

describe('the name of an Argo CD application', () => {
  const split = { eu: { 'west-fraud': '' }, 'eu-west': { fraud: '' } };

  test('belongs to one team, however environment and team share it out', () => {
    expectRefusal(
      () => platform(split, {}, GIT_OPS).synth(),
      '[eu-west/fraud] the Argo CD application "eu-west-fraud" belongs to eu/west-fraud; give the team another name',
    );
  });

  test('may not be that of the platform itself', () => {
    expectRefusal(
      () => platform({ ml: { staging: '' }, staging: { fraud: '' } }, {}, GIT_OPS).synth(),
      '[ml/staging] the Argo CD application "ml-staging" belongs to environment staging; give the team another name',
    );
  });

  test('does not matter without Argo CD', () => {
    expect(platform(split).synth().written).toHaveLength(2);
  });
});
