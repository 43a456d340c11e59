import { testPod } from './test-pod';

/** Asks an MLflow server for an experiment as its reader, and as nobody. */
const SCRIPT = `import os
import sys
import urllib.error
import urllib.request

import mlflow

mlflow.search_experiments(max_results=1)
url = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/experiments/search?max_results=1"
try:
    urllib.request.urlopen(url, timeout=30)
except urllib.error.HTTPError as error:
    if error.code != 401:
        raise
else:
    sys.exit("whoever asks is answered, without a password")
`;

/** What `helm test` runs for a release of the chart mlflow-server. */
export const MLFLOW_SERVER_TEST = testPod({
  chart: 'mlflow-server',
  // In a mesh the server talks to the gateway alone.
  when: 'ne .Values.exposure.kind "istio"',
  port: 5000,
  image: '.Values.image',
  command: ['python3', '-c'],
  script: SCRIPT,
  environment: {
    MLFLOW_TRACKING_URI: 'http://{{ include "mlflow-server.fullname" . }}:5000',
    MLFLOW_DISABLE_TELEMETRY: 'true',
  },
  memory: '512Mi',
  secret: { values: '.Values.auth.secret', usual: 'auth', key: 'reader', folder: '.mlflow', file: 'credentials' },
});
