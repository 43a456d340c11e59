import { App, Chart, Lazy } from 'cdk8s';
import { Cpu, Deployment, Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type Team } from '../../lib';
import { note, SMALL, useWorkspace } from './workspace';

const work = useWorkspace();

/** What the platform and what cdk8s itself prints for the same team. */
function both(declare: (team: Team) => void): { readonly ours: string; readonly plain: string } {
  const platform = work().platform();
  platform.environments({ staging: {} })[0]!.team('fraud', SMALL, declare);
  platform.synth();
  const ours = work().read('dist/staging/fraud.k8s.yaml');
  const app = platform.build('staging/fraud');
  work().write('dist/staging/fraud.k8s.yaml', 'not yet');
  app.synth();
  return { ours, plain: work().read('dist/staging/fraud.k8s.yaml') };
}

/** Names of the objects, in the order of the file. */
const names = (text: string): string[] => [...text.matchAll(/^  name: (\S+)$/gm)].map(match => match[1]!);

describe('a unit', () => {
  test('is what plain cdk8s prints', () => {
    const { ours, plain } = both(team => {
      note(team, 'plain', 'multi\nline: "text"\n');
      note(team, 'lazy', Lazy.any({ produce: () => 'known late' }) as string);
    });
    expect(ours).toContain('known late');
    expect(ours).toBe(plain);
  });

  test('keeps the order in which objects were declared', () => {
    const { ours } = both(team => [note(team, 'zebra'), note(new Construct(team, 'inner'), 'yak'), note(team, 'ape')]);
    expect(names(ours).slice(-3)).toEqual(['zebra', 'yak', 'ape']);
  });

  test('puts objects behind those that they depend on, where plain cdk8s puts them', () => {
    const { ours, plain } = both(team => {
      const [first, group, last] = [note(team, 'first'), new Construct(team, 'group'), note(team, 'last')];
      const inner = [note(group, 'inner-one'), note(group, 'inner-two')];
      first.addDependency(last);
      group.node.addDependency(first);
      inner[0]!.addDependency(inner[1]!);
    });
    expect(names(ours).slice(-4)).toEqual(['last', 'first', 'inner-two', 'inner-one']);
    expect(ours).toBe(plain);
  });

  test('takes constructs of cdk8s-plus', () => {
    const { ours, plain } = both(team => {
      const container = {
        image: 'registry.example.com/app:1.2.3',
        portNumber: 8080,
        resources: { cpu: { request: Cpu.millis(100) } },
      };
      const deployment = new Deployment(team, 'app', { containers: [container], replicas: 1 });
      new Service(team, 'service', { selector: deployment, ports: [{ port: 80, targetPort: 8080 }] });
    });
    expect(ours).toContain('kind: Deployment\n');
    expect(ours).toContain('kind: Service\n');
    expect(ours).toBe(plain);
  });

  test('holds the quota against workloads of cdk8s-plus too', () => {
    const greedy = (team: Team) =>
      void new Deployment(team, 'app', {
        containers: [{ image: 'registry.example.com/app:1.2.3', resources: { cpu: { request: Cpu.units(9) } } }],
      });
    expect(() => both(greedy)).toThrow(/^\[staging\/fraud\/namespace\] the workloads need \S+ of requests\.cpu/);
  });

  test('is a tree of its own in each build', () => {
    const platform = work().platform();
    platform.environments({ staging: {} })[0]!.team('fraud', SMALL);
    const [one, two] = [platform.build('staging/fraud'), platform.build('staging/fraud')];
    expect(one).toBeInstanceOf(App);
    expect(one).not.toBe(two);
    expect(Chart.isChart(one.node.findChild('fraud'))).toBe(true);
    expect(() => platform.build('staging/freud')).toThrow('there is no unit "staging/freud"');
  });
});
