import { admitsHost, allowedHosts, isHostPattern } from '../../lib/core/allowed-hosts';
import { isSupportedMlflow, MLFLOW_FLOOR, mlflowVersionOf } from '../../lib/core/mlflow-version';

describe('the MLflow version', () => {
  test.each([
    ['ghcr.io/mlflow/mlflow:v3.17.2-full', '3.17.2'],
    ['registry.example.com:5000/mlflow:3.17.0', '3.17.0'],
    ['mlflow:v10.0.1', '10.0.1'],
  ])('is read from the tag of %s', (image, version) => {
    expect(mlflowVersionOf(image)).toBe(version);
  });

  test.each([
    'mlflow:3.17',
    'mlflow:stable',
    'mlflow:3.17.0.1',
    'mlflow:v3.18.0rc1',
    'mlflow:3.18.0-rc.1',
    'mlflow:release-3.17.2',
    `mlflow@sha256:${'0'.repeat(64)}`,
    'Mlflow:3.17.2',
  ])('is not guessed from %s', image => {
    expect(mlflowVersionOf(image)).toBeUndefined();
  });

  test.each(['3.17.0', '3.17.1', '3.18.0', '4.0.0', 'v3.17.2', '3.100.0'])('may be %s', version => {
    expect(isSupportedMlflow(version)).toBe(true);
  });

  test.each(['3.16.9', '3.16.99', '2.99.99', '0.0.0', '3.9.20'])('may not be %s', version => {
    expect(isSupportedMlflow(version)).toBe(false);
  });

  test.each(['', '3', '3.17', 'latest', '3.17.0rc1', ' 3.17.0'])('is unknown in %j', version => {
    expect(isSupportedMlflow(version)).toBeUndefined();
  });

  it('has the floor at which the advisories are fixed', () => {
    expect(MLFLOW_FLOOR.version).toBe('3.17.0');
    expect(MLFLOW_FLOOR.advisory).toContain('CVE-2026-2635');
  });
});

describe('allowed hosts', () => {
  it('are every name of the Service and of its routes', () => {
    const service = {
      name: 'mlflow',
      namespace: 'fraud',
      domain: 'cluster.local',
      port: 5000,
      routes: ['ml.example.com'],
    };
    expect(allowedHosts(service)).toEqual([
      'mlflow',
      'mlflow:5000',
      'mlflow.fraud',
      'mlflow.fraud:5000',
      'mlflow.fraud.svc',
      'mlflow.fraud.svc:5000',
      'mlflow.fraud.svc.cluster.local',
      'mlflow.fraud.svc.cluster.local:5000',
      'ml.example.com',
      'ml.example.com:443',
      'localhost:5000',
    ]);
  });

  test.each([
    [['mlflow'], 'mlflow', true],
    [['mlflow'], 'mlflow:5000', false],
    [['mlflow'], 'notmlflow', false],
    [['a', 'mlflow.*'], 'mlflow.fraud.svc:5000', true],
    [['*.example.com'], 'ml.example.com', true],
    [['*.example.com'], 'ml.exampleXcom', false],
    [['*.example.com'], 'ml.example.com.evil.net', false],
    [['ml.example.com'], 'mlXexample.com', false],
    [[], 'mlflow', false],
  ])('%j admit %s: %s', (entries, header, answer) => {
    expect(admitsHost(entries, header)).toBe(answer);
  });

  test.each(['mlflow', 'mlflow.fraud.svc:5000', '*.example.com', '10.*', '192.168.*', 'mlflow:*'])(
    'may hold %s',
    entry => {
      expect(isHostPattern(entry)).toBe(true);
    },
  );

  test.each([
    '',
    '*',
    '**',
    '*.*',
    '*.com',
    'mlflow*',
    'm*',
    '*l*',
    '*:*',
    '*:5000',
    '*.*:5000',
    '?*',
    '[a-z]*',
    'a,*',
    'mlflow ',
    'http://mlflow',
  ])('may not hold %j', entry => {
    expect(isHostPattern(entry)).toBe(false);
  });
});
