import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { Workload } from '../../../lib';
import type { LocalPods } from './pod';

/** Uses a store with nothing but what the environment says, and prints what came of each step. */
const PROGRAM = `
import json, os, socket, sys
import boto3, botocore.exceptions

os.environ['AWS_MAX_ATTEMPTS'] = '1'

resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: resolve('127.0.0.1' if host.endswith('.test') else host, *rest, **named)
s3 = boto3.client('s3')
hosts = []
s3.meta.events.register('before-send.s3', lambda request, **_: hosts.append(request.url.split('/')[2]))
results = []
for verb, bucket, *rest in json.loads(sys.argv[1]):
    try:
        if verb == 'put':
            s3.put_object(Bucket=bucket, Key=rest[0], Body=rest[1].encode())
            results.append('ok')
        elif verb == 'get':
            results.append(s3.get_object(Bucket=bucket, Key=rest[0])['Body'].read().decode())
        elif verb == 'delete':
            s3.delete_object(Bucket=bucket, Key=rest[0])
            results.append('ok')
        elif verb == 'list':
            results.append(','.join(item['Key'] for item in s3.list_objects_v2(Bucket=bucket).get('Contents', [])))
        else:
            {'make': s3.create_bucket, 'drop': s3.delete_bucket}[verb](Bucket=bucket)
            results.append('ok')
    except botocore.exceptions.ClientError as error:
        results.append(error.response['Error']['Code'])
    except botocore.exceptions.SSLError:
        results.append('SSLError')
print(json.dumps({'results': results, 'host': hosts[0] if hosts else None}))
`;

/** What is missing for a client, if anything is. */
export const clientMissing =
  spawnSync('python3', ['-c', 'import boto3']).status === 0 ? undefined : 'python3 with boto3 is not installed';

export type Step = readonly [
  verb: 'put' | 'get' | 'delete' | 'list' | 'make' | 'drop',
  bucket: string,
  ...rest: string[],
];

/** Lets a workload take steps against the store that it was granted; what came of each, and the host that was called. */
export async function take(
  pods: LocalPods,
  workload: Workload,
  steps: readonly Step[],
): Promise<{ readonly results: string[]; readonly host: string }> {
  const container = workload.container({ name: 'client', image: 'client:1', command: ['python3', '-c', PROGRAM] });
  const { code, output } = await pods.run(workload.podTemplate({ containers: [] }).spec, container, [
    JSON.stringify(steps),
  ]);
  if (code !== 0) {
    throw new Error(`the client ended with ${code}: ${output}`);
  }
  return JSON.parse(output.trim().split('\n').at(-1)!);
}

/** Waits until something answers there. */
export async function untilAnswered(url: string, seconds = 60): Promise<void> {
  for (let tries = 0; tries < seconds * 5; tries++) {
    try {
      if ((await fetch(url)).status < 500) {
        return;
      }
    } catch {
      // It does not listen yet.
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error(`nothing answered at ${url}`);
}

/** A port of this machine on which nothing listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
