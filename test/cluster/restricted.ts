import type { Container, ContainerStatus, Pod } from 'kubernetes-types/core/v1';
import { equal, match } from './checks';
import type { Story } from './story';

const DONE = 'Succeeded';

/** Pods run, and run under Pod Security "restricted". */
export async function restricted({ kubectl, checks, team, namespace, images }: Story): Promise<void> {
  const inNamespace = `--namespace=${namespace}`;
  const pods: Pod[] = (await kubectl.get(inNamespace, 'pods')).items;
  const running = pods.filter(({ status }) => status?.phase !== DONE);

  await checks.check('every pod is Ready, without a restart', async () => {
    for (const { metadata, status } of running) {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      equal(`Ready of ${metadata?.name}`, ready, 'True');
    }
    const statuses = pods.flatMap(({ status }): ContainerStatus[] => [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ]);
    equal(
      'restarts',
      statuses.filter(({ restartCount }) => restartCount > 0).map(({ name }) => name),
      [],
    );
    const names = running.map(({ metadata }) => metadata!.labels!['app.kubernetes.io/instance']).sort();
    equal('pods', names, ['churn', 'churn', 'mlflow', 'trainer']);
    return `${running.length} pods run, ${pods.length - running.length} have ended`;
  });

  await checks.check('the namespace enforces "restricted": a weakened pod is refused', async () => {
    const { kind, metadata, spec } = team.objects.find(object => object.kind === 'Pod') as Pod;
    const weakened = {
      apiVersion: 'v1',
      kind,
      metadata: { ...metadata, name: 'weakened' },
      spec: { ...spec, containers: [{ name: 'weakened', image: images.client }], hostNetwork: true },
    };
    const create = ['create', '--dry-run=server', '--filename=-'];
    const { failed, stderr } = await kubectl.attempt(create, { input: JSON.stringify(weakened) });
    equal('refused', failed, true);
    match('the reason', stderr, /violates PodSecurity "restricted:v1\.\d+".*host namespaces/);
  });

  await checks.check('every container that ran is unprivileged, with a read-only root', async () => {
    const containers = pods.flatMap(({ spec }): Container[] => [...(spec?.initContainers ?? []), ...spec!.containers]);
    for (const { name, securityContext: context } of containers) {
      equal(`read-only root of ${name}`, context?.readOnlyRootFilesystem, true);
      equal(`non-root user of ${name}`, context?.runAsNonRoot, true);
      equal(`escalation of ${name}`, context?.allowPrivilegeEscalation, false);
      equal(`capabilities of ${name}`, context?.capabilities, { drop: ['ALL'] });
    }
    return `${containers.length} containers`;
  });

  for (const { metadata } of running) {
    await checks.check(`${metadata!.name}: the kernel refuses to write to /, and /tmp takes it`, async () => {
      const write = (path: string) =>
        kubectl.attempt(['exec', inNamespace, metadata!.name!, '--', 'sh', '-c', `echo > ${path}`]);
      match('writing to /', (await write('/written')).stderr, /Read-only file system/);
      equal('writing to /tmp failed', (await write('/tmp/written')).failed, false);
    });
  }
}
