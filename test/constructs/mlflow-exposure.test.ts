import {
  Database,
  Exposure,
  ExternalObjectStore,
  GatewayLogin,
  MlflowServer,
  SecretSource,
  type GatewayExposureProps,
  type MlflowServerProps,
} from '../../lib';
import { chartIn, expectRefusal, find, objectsOf } from '../support';
import { GATEWAY, ingressOf } from './exposed';

const gateway = { name: 'edge', namespace: 'gateway', sectionName: 'https' };
const at = (props: Partial<GatewayExposureProps> = {}) =>
  Exposure.gateway({ gateway, host: 'MLflow.example.com', peer: GATEWAY, ...props });

function exposed(props: Partial<MlflowServerProps>) {
  const chart = chartIn('fraud');
  const store = new ExternalObjectStore(chart, 'store', {
    endpoint: 'http://s3.storage.svc:7070',
    peer: GATEWAY,
    credentials: SecretSource.existing('s3'),
  });
  const mlflow = new MlflowServer(chart, 'mlflow', {
    image: 'ghcr.io/mlflow/mlflow:v3.17.2-full',
    artifacts: store.bucket('models'),
    database: Database.sqlite(),
    ...props,
  });
  return { chart, mlflow };
}

describe('an MLflow server with a route', () => {
  it('has one from its host, which it accepts', () => {
    const { chart, mlflow } = exposed({ exposure: at() });
    expect(find(chart, 'HTTPRoute/mlflow').spec).toMatchObject({
      hostnames: ['mlflow.example.com'],
      rules: [{ timeouts: { request: '3605s' }, backendRefs: [{ name: 'mlflow', port: 5000, weight: 1 }] }],
    });
    expect(mlflow.allowedHosts).toEqual(expect.arrayContaining(['mlflow.example.com', 'mlflow.example.com:443']));
    expect(find(chart, 'Deployment/mlflow').spec.template.spec.containers[0].args).toContain(
      '--cors-allowed-origins=https://mlflow.example.com',
    );
    expect(ingressOf(find(chart, 'NetworkPolicy/mlflow'))).toEqual([['gateway', 5000]]);
  });

  it('keeps the hosts of other routes, and names none twice', () => {
    const { mlflow } = exposed({ exposure: at(), hosts: ['mlflow.example.com', 'old.example.com'] });
    expect(mlflow.allowedHosts.filter(host => host.endsWith('.example.com'))).toEqual([
      'mlflow.example.com',
      'old.example.com',
    ]);
  });

  it('lets people log in at the gateway beside its own authentication', () => {
    const login = GatewayLogin.oidc({
      issuer: 'https://login.example.com',
      clientId: 'mlflow',
      clientSecret: SecretSource.existing('oidc'),
    });
    const { chart } = exposed({ exposure: at({ login }) });
    expect(find(chart, 'SecurityPolicy/mlflow').spec.targetRefs).toEqual([
      { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'mlflow' },
    ]);
    expect(find(chart, 'Deployment/mlflow').spec.template.spec.containers[0].args).toContain('--app-name=basic-auth');
  });

  it('has none by default', () => {
    for (const exposure of [Exposure.internal(), undefined]) {
      const { chart, mlflow } = exposed({ exposure });
      expect(objectsOf(chart).filter(name => name.startsWith('HTTPRoute'))).toEqual([]);
      expect(mlflow.allowedHosts).not.toContainEqual(expect.stringContaining('example.com'));
    }
  });

  it('shows its metrics to Prometheus in clear text, and nothing else', () => {
    const exposure = Exposure.istio({
      gateway,
      host: 'mlflow.example.com',
      peer: GATEWAY,
      principals: ['cluster.local/ns/gateway/sa/edge'],
    });
    const modes = (metrics: boolean) =>
      find(exposed({ exposure, metrics }).chart, 'PeerAuthentication/mlflow').spec.portLevelMtls;
    expect(modes(true)).toEqual({ 9090: { mode: 'PERMISSIVE' } });
    expect(modes(false)).toBeUndefined();
  });

  it('refuses a path', () => {
    expectRefusal(
      () => exposed({ exposure: at({ path: '/mlflow' }) }),
      '[fraud/mlflow] MLflow cannot be below a path, got "/mlflow"; give it a host of its own, and leave path out',
    );
  });
});
