import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ModelApi, ModelRuntime, type SynthSummary } from '../../lib';
import { useWorkspace } from './workspace';

const work = useWorkspace();
const runtime = ModelRuntime.container({ image: 'registry.example.com/churn:1.4.2' });
const exposure = { address: { host: 'churn.example.com', path: '/' }, connect: () => undefined };

/** The pins of the page, in its order: at the start, with a shadow, at 5, 50 and 100 percent. */
const page = readFileSync(join(__dirname, '../../docs/model-versions.md'), 'utf8');
const pins = [...page.matchAll(/^( *)```yaml\n([^]*?)^\1```$/gm)].map(([, indent, text]) =>
  text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);

describe('the promotion in docs/model-versions.md', () => {
  interface Step {
    readonly objects: Readonly<Record<string, any>>;
    readonly weights: readonly string[];
    readonly mirror: string | undefined;
    readonly summary: SynthSummary;
  }
  function promote(pin: string): Step {
    work().write('environments/production/fraud.yaml', pin);
    let weights: string[] = [];
    let mirror: string | undefined;
    const platform = work().platform();
    const [production] = platform.environments({ production: {} });
    production!.team('fraud', { quota: { cpu: '8', memory: '32Gi' } }, team => {
      const api = new ModelApi(team, 'churn', { model: team.pinned('churn'), runtime, exposure });
      weights = api.backends.map(({ service, weight }) => `${service} ${weight ?? 'all'}`);
      mirror = api.mirror?.service;
    });
    const summary = platform.synth();
    const documents = parseAllDocuments(work().read('dist/production/fraud.k8s.yaml')).map(one => one.toJS());
    const objects = Object.fromEntries(documents.map(one => [`${one.kind}/${one.metadata.name}`, one]));
    return { objects, weights, mirror, summary };
  }
  const named = ({ objects }: Step, kind: string) =>
    Object.fromEntries(Object.entries(objects).filter(([name]) => name.includes(`churn-${kind}`)));
  const versionOf = ({ objects }: Step, name: string) =>
    objects[`Deployment/${name}`].spec.template.metadata.labels['app.kubernetes.io/version'];

  it('goes from one version to the next, and never touches pods that serve', () => {
    const [start, shadow, five, fifty, whole] = pins.slice(0, 5).map(promote) as [Step, Step, Step, Step, Step];

    expect([start, shadow, five, fifty, whole].map(({ weights }) => weights)).toEqual([
      ['churn all'],
      ['churn all'],
      ['churn 95', 'churn-canary 5'],
      ['churn 50', 'churn-canary 50'],
      ['churn all'],
    ]);
    expect([start, shadow, five, fifty, whole].map(({ mirror }) => mirror)).toEqual([
      undefined,
      'churn-shadow',
      undefined,
      undefined,
      undefined,
    ]);
    for (const step of [shadow, five, fifty]) {
      expect(step.objects).toMatchObject(start.objects);
      expect(versionOf(step, 'churn')).toBe('7');
    }
    expect(versionOf(shadow, 'churn-shadow')).toBe('8');
    expect(versionOf(five, 'churn-canary')).toBe('8');
    expect(named(five, 'shadow')).toEqual({});
    // The route alone would change, and there is none here.
    expect(fifty.summary).toMatchObject({ written: [], unchanged: 1 });
    expect(versionOf(whole, 'churn')).toBe('8');
    expect(Object.keys(whole.objects)).toEqual(Object.keys(start.objects));
  });

  it('takes the version as it was tried: the same pods but for their name', () => {
    const [five, whole] = [promote(pins[2]!), promote(pins[4]!)];
    const template = JSON.stringify(five.objects['Deployment/churn-canary'].spec);
    const checksum = /"checksum\/proxy":"[0-9a-f]+"/;
    expect(template.replaceAll('churn-canary', 'churn').replace(checksum, '')).toBe(
      JSON.stringify(whole.objects['Deployment/churn'].spec).replace(checksum, ''),
    );
  });

  it('ends by rolling with all pods at work', () => {
    const { strategy, replicas } = promote(pins[4]!).objects['Deployment/churn'].spec;
    expect({ strategy, replicas }).toEqual({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      replicas: 2,
    });
  });

  it('is all the pins of the page, but for the one with a digest', () => {
    expect(pins).toHaveLength(6);
    expect(pins[5]).toContain('digest: sha256:');
  });
});
