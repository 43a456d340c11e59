import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Container, Namespace, Pod, PodSpec, Service } from 'kubernetes-types/core/v1';
import type { Manifest } from '../../lib';
import { logins, secret } from './credentials';
import type { TestImages } from './images';

/** What the team finds in its cluster, and what watches it from outside. No policy limits these namespaces. */
export const NAMESPACES = { storage: 'storage', databases: 'databases', gateway: 'gateway', open: 'cluster-test-open' };

/** Somebody who looks at the team from another namespace. */
export const gateway = { namespace: NAMESPACES.gateway, pod: 'client' };
/** Somebody whom no policy holds back. */
export const passerBy = { namespace: NAMESPACES.open, pod: 'client' };
/** Where the passer-by can be let in, to show that the network lets anything through at all. */
export const openServer = { namespace: NAMESPACES.open, name: 'server', port: 8080 };

export const namespace = (name: string): Namespace => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** The helpers, ready to be applied once their namespaces exist. */
export function fixtures(images: TestImages): Manifest[] {
  return [
    secret(NAMESPACES.storage, 's3', { user: logins.s3.user, password: logins.s3.password }),
    ...server(NAMESPACES.storage, 's3', 7070, {
      image: images.s3,
      command: [
        'sh',
        '-c',
        'mkdir -p /data/objects /data/meta && exec versitygw posix --sidecar=/data/meta /data/objects',
      ],
      env: [fromSecret('ROOT_ACCESS_KEY', 's3', 'user'), fromSecret('ROOT_SECRET_KEY', 's3', 'password')],
    }),
    secret(NAMESPACES.databases, 'postgres', { password: logins.postgres.password }),
    ...server(NAMESPACES.databases, 'postgres', 5432, {
      image: images.postgres,
      command: ['sh', '-c', START_POSTGRES],
      env: [
        { name: 'PGDATA', value: '/data/db' },
        { name: 'POSTGRES_USER', value: logins.postgres.user },
        fromSecret('POSTGRES_PASSWORD', 'postgres', 'password'),
      ],
    }),
    client(gateway.namespace, gateway.pod, images),
    client(passerBy.namespace, passerBy.pod, images),
    ...server(openServer.namespace, openServer.name, openServer.port, {
      image: images.client,
      command: ['python3', '-m', 'http.server', `${openServer.port}`, '--directory', '/tmp'],
    }),
  ];
}

const START_POSTGRES = `
set -e
echo "$POSTGRES_PASSWORD" > /tmp/password
initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --locale=C --encoding=UTF8
echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
`;

const fromSecret = (name: string, from: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: from, key } },
});

/** A pod that waits for scripts. */
function client(namespaceName: string, name: string, images: TestImages): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: namespaceName },
    spec: podSpec({ name: 'client', image: images.client, command: ['sleep', '86400'] }),
  };
}

/** A server with one port and its Service, of one name. */
function server(namespaceName: string, name: string, port: number, container: Partial<Container>): Manifest[] {
  const metadata = { name, namespace: namespaceName };
  const labels = { app: name };
  const deployment: Deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: podSpec({ name, ports: [{ containerPort: port }], readinessProbe: probe(port), ...container }),
      },
    },
  };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ port, targetPort: port }] },
  };
  return [service, deployment];
}

const probe = (port: number): Container['readinessProbe'] => ({ tcpSocket: { port }, periodSeconds: 1 });

/** A pod that every Pod Security Standard admits. The user is one that PostgreSQL's own image knows by name. */
function podSpec(container: Container): PodSpec {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        imagePullPolicy: 'IfNotPresent',
        resources: { requests: { cpu: '10m', memory: '64Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
        ...container,
      },
    ],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}
