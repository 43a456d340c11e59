/** A step that is left to whoever installed a chart, with the commands for it. */
export interface NextStep {
  readonly text: string;
  readonly commands?: readonly string[];
  /**
   * When it is left to do, as a condition of a template.
   *
   * @default - always
   */
  readonly when?: string;
}

export interface Notes {
  /** Variables of the template. */
  readonly variables?: readonly string[];
  /** What was installed. */
  readonly installed: string;
  /** How it is reached. */
  readonly reached: readonly string[];
  readonly next: readonly NextStep[];
}

/** NOTES.txt: what was installed, how to reach it, what to do next. */
export function notes({ variables = [], installed, reached, next }: Notes): string {
  return [
    ...variables,
    installed,
    '',
    ...reached,
    '',
    'Next:',
    ...next.flatMap(({ text, commands = [], when }) => [
      ...(when === undefined ? [] : [`{{- if ${when} }}`]),
      `- ${text}`,
      ...commands.map(command => `    ${command}`),
      ...(when === undefined ? [] : ['{{- end }}']),
    ]),
    '',
  ].join('\n');
}

/** How a server is reached whose way from outside is a value. */
export const exposedAt = (values: string): string[] => [
  `{{- if ne ${values}.kind "internal" }}`,
  `From outside of the cluster: https://{{ ${values}.host }}`,
  '{{- else }}',
  'From outside of the cluster: no way (exposure.kind)',
  '{{- end }}',
];

/** What pods of the cluster may do that no value lets in. */
export const CLOSED: NextStep = {
  when: 'not .Values.allowFrom',
  text: 'Pods of the cluster cannot call it: name those that may in allowFrom.',
};

/** How a release is tried. */
export const tried = (when?: string): NextStep => ({
  ...(when === undefined ? {} : { when }),
  text: 'Once it runs, try it: helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}',
});

/** A Secret that somebody has to make. */
export const missingSecret = (variable: string, holds: string, values: string, command: readonly string[]): NextStep => ({
  when: `eq ${values}.kind "existing"`,
  text: `The Secret {{ $${variable} }} must hold ${holds}; pods wait for it:`,
  commands: [
    `kubectl --namespace {{ .Release.Namespace }} create secret generic {{ $${variable} }} \\`,
    ...command.map(line => `  ${line}`),
  ],
});
