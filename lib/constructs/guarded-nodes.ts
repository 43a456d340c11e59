import { celTemplate } from '../core/cel';
import { AdmissionPolicy, rule } from './admission-policy';
import type { Guard } from './guard';
import { POD_MAKERS } from './guarded-workloads';

const CONTAINERS = ['containers', 'initContainers'];

/** Pod Security refuses the same, where its labels are; this needs none, and tells it of a Deployment already. */
export const guardedNodes: Guard = {
  name: 'nodes',
  define(scope, { teams }) {
    const flag = (field: string) => `!variables.pod.?${field}.orValue(false)`;
    const ports = CONTAINERS.map(
      list =>
        `variables.pod.?${list}.orValue([]).all(one, one.?ports.orValue([]).all(port, port.?hostPort.orValue(0) == 0))`,
    );
    new AdmissionPolicy(scope, 'nodes', {
      rules: POD_MAKERS.map(([group, resources]) => rule(group, resources, ['CREATE', 'UPDATE'])),
      namespaces: teams.map(({ namespace }) => namespace),
      variables: { pod: `${celTemplate('object')}.spec` },
      validations: [
        {
          expression: flag('hostNetwork'),
          message: 'hostNetwork takes a pod out of every network policy; leave it out, and have the path opened',
        },
        {
          expression: `${flag('hostPID')} && ${flag('hostIPC')}`,
          message: 'hostPID and hostIPC show a pod what runs on its node; leave them out',
        },
        {
          expression: 'variables.pod.?volumes.orValue([]).all(volume, !has(volume.hostPath))',
          message: 'hostPath opens files of the node to a pod; use an emptyDir or a PersistentVolumeClaim',
        },
        {
          expression: ports.join(' && '),
          message: 'hostPort opens a port of the node; use a Service, and have its route declared',
        },
      ],
    });
  },
};
