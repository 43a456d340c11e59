import { testPod } from './test-pod';

/** Asks a MinIO whether it takes objects, and whether somebody without keys is let in. */
const SCRIPT = `set -eu
mc ready store
if mc ls store; then
  echo "everybody may list the buckets" >&2
  exit 1
fi
`;

/** What `helm test` runs for a release of the chart minio. */
export const MINIO_TEST = testPod({
  chart: 'minio',
  port: 9000,
  image: '.Values.clientImage',
  command: ['sh', '-c'],
  script: SCRIPT,
  environment: { MC_HOST_store: 'http://{{ include "minio.fullname" . }}:9000' },
  memory: '128Mi',
});
