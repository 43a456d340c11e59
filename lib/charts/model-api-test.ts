import { PROXY_PORTS } from '../core/envoy-bootstrap';
import { testPod } from './test-pod';

/** Asks the proxy of a model as nobody: whoever has no credential is answered 401 wherever there are credentials. */
const SCRIPT = `import os
import sys
import time
import urllib.error
import urllib.request

request = urllib.request.Request(os.environ["MODEL_URL"] + "/invocations", data=b"{}", method="POST")
request.add_header("content-type", "application/json")
# A path that was just opened may take a moment to hold for a new pod.
for left in range(29, -1, -1):
    try:
        status = urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as error:
        status = error.code
    except urllib.error.URLError:
        if left == 0:
            raise
        time.sleep(1)
        continue
    break
open_to_all = os.environ["MODEL_AUTH"] == "none"
if (status == 401) == open_to_all or status >= 500:
    sys.exit(f"a request without credentials is answered {status}")
`;

/** What `helm test` runs for a release of the chart model-api; images of other programs may have no Python. */
export const MODEL_API_TEST = testPod({
  chart: 'model-api',
  when: 'and (eq .Values.runtime.kind "mlflow") (ne .Values.exposure.kind "istio")',
  port: PROXY_PORTS.api,
  image: '.Values.image',
  command: ['python3', '-c'],
  script: SCRIPT,
  environment: {
    MODEL_URL: 'http://{{ include "model-api.fullname" . }}',
    MODEL_AUTH: '{{ .Values.auth.kind }}',
  },
  memory: '64Mi',
});
