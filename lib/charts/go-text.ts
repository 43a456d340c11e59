/** The full name of a release of the chart, in a template. */
export const fullnameInGo = (chart: string): string => `{{ include "${chart}.fullname" . }}`;

/**
 * Sets a variable of a template to the name of a Secret, as `secretOf` does for the same values.
 *
 * @param values where they are, such as `.Values.root`
 */
export const secretInGo = (chart: string, variable: string, usual: string, values: string): string =>
  `{{- $${variable} := printf "%s-${usual}" (include "${chart}.fullname" .) }}
{{- if and (eq ${values}.kind "existing") ${values}.name }}
{{- $${variable} = ${values}.name }}
{{- end }}`;

/** The image that values name, as `imageOf` does. */
export const imageInGo = (values: string): string =>
  `{{ with ${values} }}{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}{{ end }}`;
