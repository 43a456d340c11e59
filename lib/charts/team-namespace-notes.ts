import { notes } from './notes';

/** What the construct refuses as well. Helm prints its notes last, but a note that fails keeps it from installing. */
const REFUSAL = `{{- if or (eq .Release.Namespace "default") (hasPrefix "kube-" .Release.Namespace) }}
{{- fail (printf "the namespace %q is Kubernetes' own: give the team a namespace of its own, by --namespace" .Release.Namespace) }}
{{- end }}`;

/** NOTES.txt of the chart team-namespace. */
export const TEAM_NAMESPACE_NOTES = notes({
  variables: [REFUSAL],
  installed: `The namespace {{ .Release.Namespace }} is a team's: closed to every other one, limited to {{ .Values.quota.cpu }} CPU, {{ .Values.quota.memory }} of memory and {{ .Values.quota.gpus }} {{ .Values.quota.gpuResource }}.`,
  reached: ['What is used of it: kubectl --namespace {{ .Release.Namespace }} describe resourcequota team'],
  next: [
    {
      when: 'not (or .Values.owners .Values.members)',
      text: 'Nobody but administrators may look into it: name people in owners and members.',
    },
    {
      when: 'not .Values.namespace.create',
      text: 'Hold its pods to Pod Security "restricted", which the chart does only with namespace.create:',
      commands: [
        'kubectl label namespace {{ .Release.Namespace }} \\',
        '  pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/enforce-version={{ .Values.podSecurityVersion }}',
      ],
    },
    {
      when: 'not .Values.defaultAccount.manage',
      text: 'Take the token from pods that name no account, which the chart does only with defaultAccount.manage:',
      commands: [
        `kubectl --namespace {{ .Release.Namespace }} patch serviceaccount default --patch '{"automountServiceAccountToken":false}'`,
      ],
    },
    {
      text: 'Install the team\'s workloads into the same namespace; each opens its own paths on the network.',
    },
  ],
});
