import { secretInGo } from './go-text';
import { CLOSED, exposedAt, missingSecret, notes, tried } from './notes';

/** NOTES.txt of the chart model-api. */
export const MODEL_API_NOTES = notes({
  variables: [
    '{{- $fullname := include "model-api.fullname" . }}',
    secretInGo('model-api', 'clients', 'clients', '.Values.auth.secret'),
    secretInGo('model-api', 'registry', 'registry', '.Values.source.registry.secret'),
  ],
  installed:
    'Version {{ .Values.model.version }} of the model {{ .Values.model.name }}, from {{ .Values.source.kind }}, in {{ .Release.Namespace }}.',
  reached: [
    'In the cluster: http://{{ $fullname }}.{{ .Release.Namespace }}.svc',
    ...exposedAt('.Values.exposure'),
    'Callers show who they are by: {{ .Values.auth.kind }}',
  ],
  next: [
    {
      ...missingSecret('clients', 'the keys of the callers', '.Values.auth.secret', [
        '--from-file=clients.yaml   # made by: npx mlops keys <client> ...',
      ]),
      when: 'and (eq .Values.auth.kind "apiKeys") (eq .Values.auth.secret.kind "existing")',
    },
    {
      ...missingSecret('clients', "the callers' passwords", '.Values.auth.secret', [
        '--from-file=users.yaml   # a line for each, made by: htpasswd -s',
      ]),
      when: 'and (eq .Values.auth.kind "basic") (eq .Values.auth.secret.kind "existing")',
    },
    {
      when: 'eq .Values.auth.kind "jwt"',
      text: "The ConfigMap {{ .Values.auth.jwt.configMap }} must hold jwks.json, the issuer's public keys.",
    },
    {
      when: 'eq .Values.source.kind "registry"',
      text: 'The Secret {{ $registry }} must hold reader, and the MLflow server must let these pods in: app.kubernetes.io/instance={{ $fullname }}.',
    },
    CLOSED,
    tried('and (eq .Values.runtime.kind "mlflow") (ne .Values.exposure.kind "istio")'),
  ],
});
