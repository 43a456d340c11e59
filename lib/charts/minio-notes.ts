import { secretInGo } from './go-text';
import { CLOSED, missingSecret, notes, tried } from './notes';

/** NOTES.txt of the chart minio. */
export const MINIO_NOTES = notes({
  variables: ['{{- $fullname := include "minio.fullname" . }}', secretInGo('minio', 'root', 'root', '.Values.root')],
  installed: `{{- with .Values.distributed }}
{{ if .enabled }}{{ .servers }} servers{{ else }}One server{{ end }} of MinIO, each with {{ $.Values.size }}, in {{ $.Release.Namespace }}:
{{- end }}`,
  reached: ['S3 API in the cluster: http://{{ $fullname }}.{{ .Release.Namespace }}.svc:9000'],
  next: [
    missingSecret('root', 'the administrator\'s user and password', '.Values.root', [
      '--from-literal=user="$(openssl rand -hex 8)" --from-literal=password="$(openssl rand -hex 24)"',
    ]),
    {
      when: 'and .Values.buckets (eq .Values.bucketSecrets.kind "existing")',
      text: `Each bucket needs a Secret with keys of your choice; the Job {{ $fullname }}-buckets makes their users:
{{- range .Values.buckets }}
    printf '[default]\\naws_access_key_id = %s\\naws_secret_access_key = %s\\n' "$(openssl rand -hex 10)" "$(openssl rand -hex 20)" |
      kubectl --namespace {{ $.Release.Namespace }} create secret generic {{ $fullname }}-{{ . }} --from-file=credentials=/dev/stdin
{{- end }}`,
    },
    { when: 'not .Values.buckets', text: 'There is no bucket yet: name some in buckets.' },
    CLOSED,
    tried(),
  ],
});
