import { LABEL_LENGTH, type ChartIdentity, type ReleaseField } from '../values/release';
import { include } from './go-include';

/** How a template says what `releaseOf()` says. */
export function releaseInGo(chart: ChartIdentity, field: ReleaseField, root: string): string {
  switch (field) {
    case 'name':
      return `${root}.Release.Name`;
    case 'namespace':
      return `${root}.Release.Namespace`;
    case 'appVersion':
      return `${root}.Chart.AppVersion`;
    default:
      return include(`${chart.name}.${field}`, root);
  }
}

/** The helpers that templates include for names. */
export function releaseHelpers(
  chart: ChartIdentity,
  fields: ReadonlySet<string>,
): Record<'fullname' | 'chart', string> {
  const trunc = (length: number): string => `trunc ${length} | trimSuffix "-"`;
  const short = fields.has('nameOverride') ? '.Values.nameOverride | default .Chart.Name' : '.Chart.Name';
  const usual = [
    `{{- $name := ${short} }}`,
    '{{- $release := .Release.Name | replace "." "-" }}',
    '{{- if regexMatch "^[0-9]" $release }}',
    `{{- printf "%s-%s" $name $release | ${trunc(chart.nameLength ?? LABEL_LENGTH)} }}`,
    '{{- else if contains $name $release }}',
    `{{- $release | ${trunc(chart.nameLength ?? LABEL_LENGTH)} }}`,
    '{{- else }}',
    `{{- printf "%s-%s" $release $name | ${trunc(chart.nameLength ?? LABEL_LENGTH)} }}`,
    '{{- end }}',
  ];
  const body = fields.has('fullnameOverride')
    ? [
        '{{- if .Values.fullnameOverride }}',
        `{{- .Values.fullnameOverride | ${trunc(chart.nameLength ?? LABEL_LENGTH)} }}`,
        '{{- else }}',
        ...usual,
        '{{- end }}',
      ]
    : usual;
  return {
    fullname: body.join('\n'),
    chart: `{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | ${trunc(LABEL_LENGTH)} }}`,
  };
}
