import { join } from 'node:path';
import { Cycle, type Outcome } from '../../lib/promotion/cycle';
import { credentialsIn } from '../../lib/promotion/ports/credentials';
import { MlflowRegistry } from '../../lib/promotion/ports/mlflow-registry';
import { PIN, RULES } from '../promotion/one-team';
import { SharedRepository } from '../promotion/shared-repository';
import { itIsAModelRegistry } from '../contracts/model-registry';
import { describeJudged } from './judge';
import { changes, FaultProxy, says, type Fault } from './promotion/fault-proxy';
import { hasMlflow, Mlflow, MODEL_FILE } from './promotion/mlflow';

jest.setTimeout(300_000);

const PINS = 'models:\n  churn:\n    version: 1\n';
const SEARCH = /registered-models\/search/;
const TOKEN = 'again';

describeJudged('a registry with a fault', hasMlflow() ? undefined : 'mlflow is not installed', () => {
  const mlflow = new Mlflow();
  let proxy: FaultProxy;
  let repository: SharedRepository;
  let cycle: Cycle;
  let registry: MlflowRegistry;
  let tip: string;

  beforeAll(async () => {
    await mlflow.start();
    for (let version = 1; version <= 3; version++) {
      await mlflow.register('churn', { file: `${MODEL_FILE}# ${version}\n` });
    }
    proxy = new FaultProxy(mlflow.url);
    await proxy.start();
    repository = new SharedRepository({ 'promotion.yaml': RULES, [PIN]: PINS });
    registry = new MlflowRegistry({
      url: proxy.url,
      authorization: credentialsIn(join(mlflow.credentials, 'mlflow')),
      timeoutSeconds: 2,
      pauseSeconds: 0.01,
    });
    cycle = new Cycle({
      git: repository.open(),
      registry: () => registry,
      synthesize: async () => undefined,
      now: () => new Date(),
      pause: async () => undefined,
    });
  });
  beforeEach(async () => {
    proxy.fault = undefined;
    proxy.asked.length = 0;
    await mlflow.alias('churn', 'champion', 2);
    repository.edit({ [PIN]: PINS });
    tip = repository.tip();
  });
  afterAll(async () => {
    proxy?.stop();
    await mlflow.stop();
    await repository?.remove();
  });

  const reasons = ({ plan }: Outcome) =>
    plan.held.flatMap(held => held.reasons.map(({ gate, reason }) => `${gate}: ${reason}`));

  test.each<[string, Fault, RegExp]>([
    [
      '24: a version that is not ready',
      changes(/model-versions\/get\?/, text => text.replace('"READY"', '"PENDING_REGISTRATION"')),
      /^version: version 2 is PENDING_REGISTRATION/,
    ],
    [
      '24: a version that was deleted',
      changes(/model-versions\/get\?/, () => '{"error_code":"RESOURCE_DOES_NOT_EXIST"}'),
      /^unanswered: .*without model_version/,
    ],
    [
      '25: a source of somebody else',
      changes(/get-download-uri/, () => '{"artifact_uri":"s3://other/x"}'),
      /^source: /,
    ],
    [
      '30: an MLmodel of 50 MB',
      (question, answer, body) =>
        /get-artifact/.test(question.url!)
          ? says(200, 'x'.repeat(50_000_000))(question, answer, body)
          : changes(/^$/, text => text)(question, answer, body),
      /^files: MLmodel is longer/,
    ],
    [
      '30: a million tags',
      changes(/model-versions\/get\?/, text =>
        text.replace('"version": "2"', `"version": "2", "tags": [${'{"key":"a"},'.repeat(300_000)}{"key":"b"}]`),
      ),
      /^unanswered: /,
    ],
    ['31: 500', says(500, 'oops'), /^unanswered: .* answers 500$/],
    ['31: 502', says(502, ''), /^unanswered: .* answers 502$/],
    [
      '31: 503 in the midst',
      (question, answer, body) =>
        /get-download-uri/.test(question.url!)
          ? says(503, '')(question, answer, body)
          : changes(/^$/, text => text)(question, answer, body),
      /^unanswered: .* answers 503$/,
    ],
    ['31: 429 for a long time', says(429, '', { 'retry-after': '3600' }), /^unanswered: .* answers 429$/],
    ['32: no answer', () => undefined, /^unanswered: .* no whole answer within 2 s; is it up/],
    [
      '32: an answer that never ends',
      (_, answer) => void answer.writeHead(200, { 'content-type': 'application/json' }).write('{"registered'),
      /^unanswered: .* no whole answer within 2 s; is it up/,
    ],
    ['a reset', question => void question.socket.resetAndDestroy(), /^unanswered: .*(ECONNRESET|other side closed)/],
    [
      '33: a page of HTML',
      says(200, '<html>login</html>', { 'content-type': 'text/html' }),
      /^unanswered: .* answers with no JSON but text\/html; write the URL of MLflow/,
    ],
    [
      '34: half of the JSON',
      changes(SEARCH, text => text.slice(0, text.length / 2)),
      /^unanswered: .* answers with no JSON/,
    ],
    [
      '35: nothing where something was',
      changes(SEARCH, () => '{}'),
      /^alias: alias champion is not set, so version 1 stays$/,
    ],
    [
      '36: pages without an end',
      changes(SEARCH, text => text.replace(/}\s*$/, `, "next_page_token": "${TOKEN}"}`)),
      /^unanswered: .* repeats a page/,
    ],
    [
      '37: a second page that fails',
      (question, answer, body) =>
        /page_token/.test(question.url!)
          ? says(500, '')(question, answer, body)
          : changes(SEARCH, text => text.replace(/}\s*$/, `, "next_page_token": "${TOKEN}"}`))(question, answer, body),
      /^unanswered: .* answers 500$/,
    ],
    ['38: 401', says(401, 'who?'), /^unanswered: .* does not know the credentials \(401\); mend the files/],
    ['38: 403', says(403, 'no'), /^unanswered: .* does not allow it \(403\); give its user the right/],
    [
      '39: a way to another host',
      says(302, '', { location: 'http://169.254.169.254/' }),
      /^unanswered: .* leads elsewhere, which is not followed/,
    ],
    [
      'a model twice, with two aliases',
      changes(SEARCH, (text, url) =>
        url.includes('page_token')
          ? text.replaceAll('"2"', '"3"')
          : text.replace(/}\s*$/, `, "next_page_token": "${TOKEN}"}`),
      ),
      /^unanswered: .* changed while it was read$/,
    ],
    [
      'a version that is no number',
      changes(SEARCH, text => text.replace('"version": "2"', '"version": "2;id"')),
      /^unanswered: .* answers without registered_models/,
    ],
    [
      'a model that was renamed',
      changes(SEARCH, text => text.replaceAll('"churn"', '"churn2"')),
      /^alias: alias champion is not set/,
    ],
  ])('%s: nothing is promoted, and the pin stays', async (_, fault, reason) => {
    proxy.fault = fault;
    const outcome = await cycle.run();
    expect(reasons(outcome)).toEqual([expect.stringMatching(reason)]);
    expect(repository.tip()).toBe(tip);
    proxy.fault = undefined;
    expect((await cycle.look()).plan.promotions).toHaveLength(1);
  });

  it('24: may lose a version while it is looked at', async () => {
    const version = await mlflow.register('churn', { file: MODEL_FILE });
    await mlflow.alias('churn', 'champion', version);
    proxy.fault = async (question, answer, body) => {
      if (/model-versions\/get\?/.test(question.url!)) {
        await mlflow.call('DELETE', 'model-versions/delete', { name: 'churn', version: `${version}` });
      }
      await changes(/^$/, text => text)(question, answer, body);
    };
    expect(reasons(await cycle.run())).toEqual([
      `version: the registry has no version ${version}; name one that it has, or move the alias`,
    ]);
    proxy.fault = undefined;
    expect(reasons(await cycle.run())).toEqual(['alias: alias champion is not set, so version 1 stays']);
    expect(repository.tip()).toBe(tip);
  });

  itIsAModelRegistry(() => registry);

  it('is asked again after the time that it asks for', async () => {
    const refusals = [says(429, '', { 'retry-after': '1' }), says(503, '')];
    proxy.fault = (question, answer, body) => {
      const refusal = refusals.shift();
      if (refusals.length === 0) {
        proxy.fault = undefined;
      }
      return refusal!(question, answer, body);
    };
    const start = Date.now();
    expect((await cycle.look()).plan.promotions).toHaveLength(1);
    expect(Date.now() - start).toBeGreaterThan(1_000);
  });

  it('39: gets no credentials when another host answers', async () => {
    const seen: unknown[] = [];
    const other = new FaultProxy(mlflow.url);
    await other.start();
    other.fault = (question, answer) => (seen.push(question.headers), void answer.end());
    proxy.fault = says(307, '', { location: other.url });
    await cycle.run();
    other.stop();
    expect(seen).toEqual([]);
  });

  it('40: may have a clock of another day', async () => {
    proxy.fault = changes(/./, text => text.replace(/_timestamp": \d+/g, '_timestamp": 9999999999999'));
    expect((await cycle.look()).plan.promotions).toHaveLength(1);
  });

  it('41: makes nothing of an alias that went there and back between two looks', async () => {
    await mlflow.alias('churn', 'champion', 1);
    await mlflow.alias('churn', 'champion', 2);
    await mlflow.alias('churn', 'champion', 1);
    expect(await cycle.run()).toMatchObject({ done: [], plan: { held: [] } });
  });

  it('43: keeps the pin when the alias is deleted', async () => {
    await mlflow.call('DELETE', 'registered-models/alias', { name: 'churn', alias: 'champion' });
    expect(reasons(await cycle.run())).toEqual(['alias: alias champion is not set, so version 1 stays']);
  });

  it('is asked once an interval, whatever it holds', async () => {
    await mlflow.alias('churn', 'champion', 1);
    await cycle.run();
    expect(proxy.asked).toEqual(['/api/2.0/mlflow/registered-models/search']);
  });

  it('67: is never told of with its credentials', async () => {
    proxy.fault = says(401, mlflow.headers['authorization']!);
    const text = JSON.stringify(await cycle.run());
    expect(text).not.toContain('password');
    expect(text).not.toContain(mlflow.headers['authorization']!.split(' ')[1]);
  });

  it('42: makes one commit of two aliases that swap, for the environment that one of them feeds', async () => {
    await mlflow.alias('churn', 'challenger', 1);
    const before = repository.subjects().length;
    await cycle.run();
    expect(repository.subjects().slice(before)).toEqual(['production/fraud: churn 1 -> 2']);
  });
});
