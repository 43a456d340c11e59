import { CONTAINER_SECURITY, POD_SECURITY } from '../constructs/pod-security';
import { yamlEntry } from '../helm/write/plain-yaml';
import type { Json } from '../helm/values/value-node';
import { fullnameInGo, imageInGo, secretInGo } from './go-text';

/** A pod that `helm test` runs, which asks the server of a release something. */
export interface TestPod {
  /** Name of the chart. */
  readonly chart: string;
  /** Port of the server. */
  readonly port: number;
  /** Where the values of the pod's image are, such as `.Values.image`. */
  readonly image: string;
  readonly command: readonly string[];
  readonly script: string;
  /** Variables; their values are parts of a template. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memory: string;
  /** A file that it needs from a Secret of the release. */
  readonly secret?: TestSecret;
  /**
   * When there is such a pod, as a condition of a template.
   *
   * @default - always
   */
  readonly when?: string;
}

interface TestSecret {
  /** Where its values are, such as `.Values.auth.secret`. */
  readonly values: string;
  /** Its name behind that of the release, unless the values give another one. */
  readonly usual: string;
  readonly key: string;
  readonly folder: string;
  readonly file: string;
}

const HOME = '/home/app';

/**
 * The template of such a pod. It is hardened like those of constructs, and a path to the server is open for it alone,
 * while the test runs.
 */
export function testPod(props: TestPod): string {
  const { chart, port, when } = props;
  const [name, test] = [fullnameInGo(chart), `${fullnameInGo(chart)}-test`];
  const server = policy(chart, name, 'test-server', `  ingress:\n    - from:\n${pods(test)}\n${ports(port)}`, 'Ingress');
  const client = policy(
    chart,
    test,
    'test',
    `  egress:\n${DNS}\n    - to:\n${pods(name)}\n${ports(port)}`,
    'Ingress\n    - Egress',
  );
  const text = [server, client, pod(props)].join('---\n');
  return when === undefined ? text : `{{- if ${when} }}\n${text}{{- end }}\n`;
}

const pods = (name: string): string => `        - podSelector:
            matchLabels:
              app.kubernetes.io/instance: "${name}"`;

const ports = (port: number): string => `      ports:
        - port: ${port}
          protocol: TCP`;

const DNS = `    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
        {{- with .Values.dns.nodeLocal }}
        - ipBlock:
            cidr: "{{ . }}/32"
        {{- end }}
      ports:
        - port: {{ .Values.dns.port }}
          protocol: UDP
        - port: {{ .Values.dns.port }}
          protocol: TCP`;

/** Deleted as soon as the test is over, however it ends. */
const policy = (chart: string, of: string, suffix: string, rules: string, types: string): string =>
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: "${fullnameInGo(chart)}-${suffix}"
${metadata(chart, '-1', 'before-hook-creation,hook-succeeded,hook-failed')}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/instance: "${of}"
  policyTypes:
    - ${types}
${rules}
`;

const metadata = (chart: string, weight: string, deletion: string): string => `  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: ${deletion}
    helm.sh/hook-weight: "${weight}"
    {{- range $key, $value := .Values.commonAnnotations }}
    {{ $key | quote }}: {{ $value | quote }}
    {{- end }}
  labels:
    app.kubernetes.io/instance: "${fullnameInGo(chart)}-test"
    app.kubernetes.io/managed-by: Helm
    app.kubernetes.io/name: ${chart}-test
    helm.sh/chart: {{ include "${chart}.chart" . | quote }}
    {{- range $key, $value := .Values.commonLabels }}
    {{ $key | quote }}: {{ $value | quote }}
    {{- end }}`;

function pod({ chart, image, command, script, environment, memory, secret }: TestPod): string {
  const variables = Object.entries({ HOME, ...environment });
  return `${secret ? `${secretInGo(chart, 'secret', secret.usual, secret.values)}\n` : ''}apiVersion: v1
kind: Pod
metadata:
  name: "${fullnameInGo(chart)}-test"
${metadata(chart, '0', 'before-hook-creation')}
spec:
  automountServiceAccountToken: false
  containers:
    - name: test
      image: "${imageInGo(image)}"
      imagePullPolicy: {{ .Values.imagePullPolicy | quote }}
      command:
${command.map(word => `        - ${word}`).join('\n')}
        - |
${script.trimEnd().replace(/^(?=.)/gm, '          ')}
      env:
${variables.map(([key, value]) => `        - name: ${key}\n          value: "${value}"`).join('\n')}
${yaml('resources', resources(memory), 6)}
${yaml('securityContext', CONTAINER_SECURITY, 6)}
      volumeMounts:
        - name: home
          mountPath: ${HOME}
        - name: tmp
          mountPath: /tmp${secret ? `\n        - name: secret\n          mountPath: ${HOME}/${secret.folder}\n          readOnly: true` : ''}
  enableServiceLinks: false
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . | quote }}
    {{- end }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  restartPolicy: Never
${yaml('securityContext', POD_SECURITY, 2)}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  volumes:
    - name: home
      emptyDir:
        sizeLimit: 64Mi
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
${secret ? `    - name: secret\n      secret:\n        items:\n          - key: ${secret.key}\n            path: ${secret.file}\n        secretName: {{ $secret | quote }}\n` : ''}`;
}

const resources = (memory: string): object => ({
  requests: { cpu: '50m', memory, 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory, 'ephemeral-storage': '128Mi' },
});

const yaml = (key: string, value: object, indent: number): string =>
  yamlEntry(key, value as Json, ' '.repeat(indent)).join('\n');
