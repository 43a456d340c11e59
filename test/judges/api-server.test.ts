import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { everything, hasSchema } from './everything';
import { describeJudged } from './judge';
import { mutant, objectsBelow, PROJECT, type Manifest } from './manifests';
import { noDefinitions, noTestbed, TESTBED } from './testbed';

const missing = noTestbed ?? noDefinitions;

describeJudged('the API server', missing, () => {
  const objects = objectsBelow(join(PROJECT, 'dist'));
  const ofKinds = (...kinds: string[]) => objects.filter(object => kinds.includes(object.kind));
  const namespaces = ofKinds('Namespace').map(object => object.metadata.name);
  const pods = objects.flatMap(bareTemplate);
  let controlPlane: ControlPlane;
  let everyObject: Manifest[];

  beforeAll(() => {
    everyObject = everything().filter(hasSchema);
    controlPlane = new ControlPlane(TESTBED);
    controlPlane.start();
    const kinds = new Set(
      everyObject.map(
        ({ kind, apiVersion }) =>
          `${`${kind.toLowerCase()}s`.replace(/(?<![aeiou])ys$/, 'ies')}.${apiVersion.split('/')[0]}`,
      ),
    );
    controlPlane.define(file => kinds.has(file.replace('.yaml', '')));
    controlPlane.kubectl(['create', 'namespace', 'argocd']);
    controlPlane.apply(ofKinds('Namespace'));
    // The API server admits no pod without its account.
    controlPlane.apply(ofKinds('ServiceAccount'));
  }, 180_000);
  afterAll(() => controlPlane.stop(), 30_000);

  test('accepts every object, without a word from Pod Security', () => {
    const { ok, output, errors } = controlPlane.apply(objects, '--dry-run=server');
    expect({ ok, errors }).toEqual({ ok: true, errors: expect.not.stringContaining('PodSecurity') });
    expect(output.trim().split('\n')).toHaveLength(objects.length);
  });

  test('refuses an unknown field', () => {
    const wrong = mutant(objects, 'Deployment', copy => (copy.spec.unknownField = 'x'));
    const { ok, errors } = controlPlane.apply([wrong], '--dry-run=server');
    expect(ok).toBe(false);
    expect(errors).toContain('unknownField');
  });

  test('admits the pods of every workload', () => {
    const { ok, output, errors } = controlPlane.tryCreate(pods);
    expect({ ok, errors }).toEqual({ ok: true, errors: '' });
    expect(output.trim().split('\n')).toHaveLength(ofKinds('Deployment', 'StatefulSet', 'Job', 'CronJob').length);
  });

  test.each<[string, string, (spec: any) => void]>([
    [
      'is privileged',
      'privileged',
      spec => Object.assign(spec.containers[0].securityContext, { privileged: true, allowPrivilegeEscalation: true }),
    ],
    ['runs as root', 'runAsUser=0', spec => (spec.containers[0].securityContext.runAsUser = 0)],
    ['filters no system calls', 'seccompProfile', withoutSeccomp],
    ['keeps capabilities', 'unrestricted capabilities', spec => delete spec.containers[0].securityContext.capabilities],
    ['mounts a path of the node', 'hostPath', spec => spec.volumes.push({ name: 'host', hostPath: { path: '/' } })],
    ['shares the network of the node', 'host namespaces', spec => (spec.hostNetwork = true)],
  ])('refuses a pod that %s, in every namespace', (_, reason, weaken) => {
    const weakened = namespaces.map(namespace =>
      mutant(pods, 'Pod', copy => {
        copy.metadata.namespace = namespace;
        copy.spec.serviceAccountName = 'default';
        weaken(copy.spec);
      }),
    );
    const { output, errors } = controlPlane.tryCreate(weakened);
    expect(output).toBe('');
    const refusal = new RegExp(`violates PodSecurity "restricted:v1[.]\\d+".*${reason}`);
    expect(errors.trim().split('\n')).toEqual(namespaces.map(() => expect.stringMatching(refusal)));
  });

  describe('with the examples and what the pages show besides', () => {
    let everyPod: Manifest[];

    beforeAll(() => {
      everyPod = everyObject.flatMap(bareTemplate);
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
      const places = new Set(everyObject.flatMap(({ metadata }) => metadata.namespace ?? []));
      const known = new Set(namespaces);
      const others = [...places].filter(name => !known.has(name) && name !== 'argocd');
      const classes = new Set(everyPod.flatMap(({ spec }) => spec.priorityClassName ?? []));
      const needed = [
        ...others.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
        ...[...classes].map(name => ({
          apiVersion: 'scheduling.k8s.io/v1',
          kind: 'PriorityClass',
          metadata: { name },
          value: 1,
        })),
      ];
      expect(controlPlane.kubectl(['apply', '--server-side'], needed).errors).toBe('');
      const accounts = everyObject.filter(({ kind }) => kind === 'ServiceAccount');
      expect(controlPlane.apply(accounts).errors).toBe('');
    }, 60_000);

    test('accepts every object, without a word from Pod Security', () => {
      const { ok, output, errors } = controlPlane.apply(everyObject, '--dry-run=server');
      expect({ ok, errors }).toEqual({ ok: true, errors: expect.not.stringContaining('PodSecurity') });
      expect(output.trim().split('\n')).toHaveLength(everyObject.length);
    }, 60_000);

    test('admits the pods of every workload, those of CronJobs and InferenceServices too', () => {
      const { ok, output, errors } = controlPlane.tryCreate(everyPod);
      expect({ ok, errors }).toEqual({ ok: true, errors: '' });
      const makers = ['Deployment', 'StatefulSet', 'Job', 'CronJob', 'InferenceService'];
      const expected = everyObject.filter(({ kind }) => makers.includes(kind));
      expect(output.trim().split('\n')).toHaveLength(expected.length);
      expect(new Set(expected.map(({ kind }) => kind))).toEqual(new Set(makers));
    }, 60_000);
  });

  describe('with a team that is really there', () => {
    const namespace = 'fraud-staging';
    const unit = objects.filter(
      object => object.metadata.namespace === namespace || object.metadata.name === namespace,
    );

    beforeAll(() => {
      expect(controlPlane.apply(unit).errors).toBe('');
      controlPlane.kubectl(['wait', '--for=jsonpath={.status.hard}', 'resourcequota/team', '-n', namespace]);
    }, 30_000);

    /** Which of the actions a member of the group may take in the team's namespace. */
    function allowed(group: string, actions: readonly string[]): string[] {
      const reviews = actions.map(action => {
        const [verb, resource] = action.split(' ');
        const [path = '', ...apiGroup] = resource!.split('.');
        const [kind, subresource] = path.split('/');
        return {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: {
            user: 'somebody',
            groups: [group, 'system:authenticated'],
            resourceAttributes: {
              verb,
              group: apiGroup.join('.'),
              resource: kind,
              subresource,
              namespace,
              name: kind === 'namespaces' ? namespace : '',
            },
          },
        };
      });
      const { ok, output, errors } = controlPlane.kubectl(
        ['create', '-o', 'jsonpath={.status.allowed}{"\\n"}'],
        reviews,
      );
      expect({ ok, errors }).toEqual({ ok: true, errors: '' });
      const verdicts = output.trim().split('\n');
      expect(verdicts).toHaveLength(actions.length);
      return actions.filter((_, index) => verdicts[index] === 'true');
    }

    const each = (verbs: readonly string[], resources: readonly string[]) =>
      verbs.flatMap(verb => resources.map(resource => `${verb} ${resource}`));
    const WRITE = ['create', 'update', 'patch', 'delete', 'deletecollection'];
    const guards = each(WRITE, [
      'namespaces',
      'resourcequotas',
      'limitranges',
      'networkpolicies.networking.k8s.io',
      'roles.rbac.authorization.k8s.io',
      'rolebindings.rbac.authorization.k8s.io',
    ]);
    const secrets = each(['get', 'list', 'watch'], ['secrets']);
    const sight = each(['get', 'list', 'watch'], ['pods', 'pods/log', 'services', 'deployments.apps']);
    const ownership = ['create secrets', 'delete secrets', 'delete pods', 'create pods/portforward'];
    // A pod can mount every Secret of its namespace, and a token can be anybody's.
    const detours = [
      ...each(['create', 'update', 'patch'], ['pods', 'deployments.apps', 'jobs.batch', 'cronjobs.batch']),
      'create pods/exec',
      'create pods/ephemeralcontainers',
      'create serviceaccounts/token',
      'impersonate serviceaccounts',
    ];
    const everything = [...guards, ...secrets, ...sight, ...ownership, ...detours];

    test('lets members see what runs and change nothing', () => {
      expect(allowed('fraud', everything)).toEqual(sight);
    });

    test('lets owners hand in secrets and restart pods besides, but neither read secrets nor touch what isolates them', () => {
      expect(allowed('fraud-leads', everything)).toEqual([...sight, ...ownership]);
    });

    test.each(['search-leads', 'search'])('lets nobody of another team do anything: %s', group => {
      expect(allowed(group, everything)).toEqual([]);
    });

    test('would show a right that is there', () => {
      expect(allowed('system:masters', everything)).toEqual(everything);
    });

    test('lets the controllers make every pod of the team', () => {
      for (const { metadata, spec } of unit.filter(object => object.kind === 'Deployment')) {
        const pods = `--for=jsonpath={.status.replicas}=${spec.replicas}`;
        const { ok, errors } = controlPlane.kubectl(
          `wait ${pods} deployment/${metadata.name} -n ${namespace} --timeout=30s`.split(' '),
        );
        expect({ ok, errors }).toEqual({ ok: true, errors: '' });
      }
    }, 40_000);

    test('refuses a pod that the quota has no room for', () => {
      const own = pods.filter(pod => pod.metadata.namespace === namespace);
      const pod = (memory: string) =>
        mutant(own, 'Pod', ({ spec }) => {
          const { resources } = spec.containers[0];
          resources.requests.memory = resources.limits.memory = memory;
        });
      expect(controlPlane.tryCreate([pod('1Gi')])).toMatchObject({ ok: true });
      const { ok, errors } = controlPlane.tryCreate([pod('64Gi')]);
      expect(ok).toBe(false);
      expect(errors).toMatch(/exceeded quota: team, .*limits[.]memory=64Gi/);
    });
  });
});

/** The pod that a workload would make, as an object of its own. */
function bareTemplate(object: Manifest): Manifest[] {
  const template = templateOf(object);
  const { namespace, name } = object.metadata;
  return template?.spec?.containers
    ? [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name, namespace }, spec: template.spec }]
    : [];
}

function templateOf({ kind, spec }: Manifest): any {
  switch (kind) {
    case 'CronJob':
      return spec.jobTemplate.spec.template;
    case 'StatefulSet':
      return withClaims(spec);
    case 'InferenceService':
      return predictorOf(spec.predictor);
    default:
      return spec?.template;
  }
}

/** The pod that a StatefulSet makes: with a volume for each of its claims. */
function withClaims({ template, volumeClaimTemplates }: any): any {
  const volumes = volumeClaimTemplates.map(({ metadata: { name } }: any) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-0` },
  }));
  const { metadata, spec } = template;
  return { metadata, spec: { ...spec, volumes: [...spec.volumes, ...volumes] } };
}

/** The pod that KServe makes: without the fields that only KServe knows, and with what it gives a serving runtime. */
function predictorOf({ labels, model, containers, ...predictor }: any): any {
  const { name, image } = { name: 'kserve-container', image: 'serving-runtime:1' };
  const program = model && {
    ...without(model, 'modelFormat', 'protocolVersion', 'runtime', 'storageUri'),
    name,
    image,
  };
  const pod = without(predictor, 'minReplicas', 'maxReplicas', 'scaleMetric', 'scaleTarget', 'deploymentStrategy');
  return { metadata: { labels }, spec: { ...pod, containers: containers ?? [program] } };
}

const without = (object: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

function withoutSeccomp(spec: any): void {
  const contexts = [spec, ...spec.containers, ...(spec.initContainers ?? [])].map(part => part.securityContext);
  contexts.forEach(context => delete context.seccompProfile);
}
