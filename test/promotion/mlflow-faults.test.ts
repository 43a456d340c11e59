import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MlflowRegistry } from '../../lib/promotion/ports/mlflow-registry';

const JSON_TYPE = 'application/json';

describe('what answers where MLflow should', () => {
  let server: Server;
  let url: string;
  let answer: { status: number; text?: string; type?: string; location?: string };
  beforeAll(async () => {
    server = createServer((_, response) => {
      const { status, text = '', type = 'text/html', location } = answer;
      response.writeHead(status, { 'content-type': type, ...(location && { location }) }).end(text);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const told = (authorization?: () => string, at = url) =>
    new MlflowRegistry({ url: at, authorization, pauseSeconds: 0 }).aliases(['churn']).then(
      () => 'an answer',
      ({ fault, message }: { fault: string; message: string }) => `${fault}: ${message.replaceAll(at, 'URL')}`,
    );

  it.each([
    ['a page', { status: 200, text: '<html>' }, 'answers with no JSON but text/html'],
    ['nothing', { status: 404 }, 'answers 404 without a reason'],
    [
      'another program',
      { status: 404, text: '{"detail":"Not Found"}', type: JSON_TYPE },
      'answers 404 without a reason',
    ],
  ])('is not MLflow: %s', async (_, given, what) => {
    answer = given;
    expect(await told()).toBe(`elsewhere: URL ${what}; write the URL of MLflow as the registry's url`);
  });

  it('is not MLflow if it leads elsewhere', async () => {
    answer = { status: 302, location: 'http://127.0.0.1:1/' };
    expect(await told()).toMatch(/^elsewhere: URL\S+ answers 302 and leads elsewhere, which is not followed; write /);
  });

  it('is not MLflow if the host has no address', async () => {
    expect(await told(undefined, 'http://nobody.invalid')).toBe(
      'elsewhere: URL/api/2.0/mlflow/registered-models/search: no such host is known; is the URL right?',
    );
  });

  it.each([
    ['half of an answer', { status: 200, text: '{"registered', type: JSON_TYPE }, 'malformed', 'answers with no JSON'],
    [
      'a mistake',
      { status: 400, text: '{"error_code":"X","message":"y"}', type: JSON_TYPE },
      'malformed',
      'answers X: y',
    ],
  ])('is MLflow: %s', async (_, given, fault, what) => {
    answer = given;
    expect(await told()).toContain(`${fault}: URL ${what}`);
  });

  it('may be down', async () => {
    expect(await told(undefined, 'http://127.0.0.1:9')).toMatch(
      /^unreachable: URL\S+: .*; is it up, and the URL right\?$/,
    );
  });

  it('wants credentials, and got none', async () => {
    answer = { status: 401 };
    expect(await told()).toMatch(
      /^anonymous: URL\S+ wants credentials, and none were sent \(401\); put them .*--credentials/,
    );
  });

  it.each([
    [401, 'does not know the credentials (401); mend the files below --credentials'],
    [403, 'does not allow it (403); give its user the right to do this'],
  ])('takes no credentials: %i', async (status, what) => {
    answer = { status };
    expect(await told(() => 'Bearer x')).toMatch(`denied: URL/api/2.0/mlflow/registered-models/search ${what}`);
  });
});
