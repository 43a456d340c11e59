import { written } from '../../test/example';
import { authenticated } from './main';

describe('the example of authentication', () => {
  const objects = written(authenticated);
  const find = (kind: string, name: string) => objects.find(one => one.kind === kind && one.metadata.name === name);
  const secretsOf = (name: string) =>
    find('Deployment', name)
      .spec.template.spec.volumes.map(({ secret }: any) => secret?.secretName)
      .filter(Boolean);

  it('mounts the Secrets that it names, and no other', () => {
    const names = ['by-key', 'by-password', 'by-token', 'by-account', 'by-service', 'open'];
    expect(names.map(secretsOf)).toEqual([['churn-clients'], ['churn-users'], [], [], [], []]);
  });

  it('lets the proxy call the issuer and the service, and nobody else', () => {
    const ports = (name: string) =>
      find('NetworkPolicy', name).spec.egress.flatMap((rule: any) => rule.ports.map(({ port }: any) => port));
    expect(['by-key', 'by-token', 'by-service'].map(ports)).toEqual([
      [53, 53],
      [53, 53, 443],
      [53, 53, 8080],
    ]);
  });
});
