import { MlflowServer } from '../../lib';
import { equal } from './checks';
import { logins } from './credentials';
import { send, type Request, type Story } from './story';

const CALL = '/api/2.0/mlflow/experiments/search?max_results=1';

/** The tracking server knows its clients and its own names, and nobody else. */
export async function authenticates({ kubectl, checks, team, namespace }: Story): Promise<void> {
  const { name, trackingUri, allowedHosts } = team.mlflow;
  const trainer = { namespace, pod: 'trainer' };
  const writer = logins.writer;
  const expect = async (status: number, ...requests: readonly Request[]) => {
    const answers = await send(kubectl, trainer, ...requests);
    requests.forEach(({ url, host }, index) =>
      equal(`status of ${url} with Host ${host ?? 'as in the URL'}`, answers[index]!.status, status),
    );
  };
  const url = `${trackingUri}${CALL}`;

  await checks.check('no password: 401', () => expect(401, { url }));
  await checks.check('a wrong password: 401', () => expect(401, { url, ...writer, password: 'wrong' }));
  await checks.check("MLflow's former default, admin with password1234: 401", () =>
    expect(401, { url, user: 'admin', password: 'password1234' }),
  );
  await checks.check('a foreign Host with the right password: 403', () =>
    expect(403, { url, ...writer, host: 'evil.example' }, { url, ...writer, host: `evil.${namespace}.svc:5000` }),
  );
  const services = ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map(
    suffix => name + suffix,
  );
  for (const service of services) {
    await checks.check(`Host ${service}, with and without the port: 200`, async () => {
      const named = `http://${service}:${MlflowServer.PORT}${CALL}`;
      await expect(200, { url: named, ...writer }, { url: named, host: service, ...writer });
    });
  }
  const others = allowedHosts.filter(host => !services.some(known => known === host || host.startsWith(`${known}:`)));
  await checks.check(`Host ${others.join(', ')}: 200`, () =>
    expect(200, ...others.map(host => ({ url, host, ...writer }))),
  );
}
