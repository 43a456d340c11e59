/** What the README of a chart says. */
export interface ChartReadme {
  readonly name: string;
  readonly version: string;
  readonly appVersion?: string;
  readonly description: string;
  readonly kubeVersion: string;
  /** Registry with the packages, such as `oci://registry.example.com/charts`. */
  readonly registry?: string;
  /** Sentences about what must be there before, beside Kubernetes and Helm. */
  readonly prerequisites?: readonly string[];
  /** Charts that it brings along. */
  readonly dependencies?: readonly unknown[];
  /** Whether some values have no default. */
  readonly asks: boolean;
  /** Markdown. */
  readonly valuesTable: string;
}

/** README.md of a chart. */
export function chartReadme(readme: ChartReadme): string {
  const {
    name,
    version,
    appVersion,
    description,
    kubeVersion,
    registry,
    prerequisites = [],
    dependencies = [],
    asks,
    valuesTable,
  } = readme;
  const source = registry === undefined ? `./${name}` : `${registry}/${name} --version ${version}`;
  const values = asks ? ' --values values.yaml' : '';
  // A package holds what it brings along; a folder does not.
  const build = dependencies.length > 0 && registry === undefined ? `helm dependency build ${source}\n` : '';
  return `# ${name}

${description}

Version ${version}${appVersion === undefined ? '' : `, app version ${appVersion}`}.

## TL;DR

\`\`\`sh
${build}helm install my-${name} ${source} --namespace my-namespace --create-namespace${values}
\`\`\`

## Prerequisites

${[`Kubernetes ${kubeVersion}`, 'Helm 3.8 or newer', ...prerequisites].map(each => `- ${each}`).join('\n')}

## Values

A file with values, given by \`--values\`, is checked against [values.schema.json](values.schema.json).

${valuesTable}
## Uninstall

\`\`\`sh
helm uninstall my-${name} --namespace my-namespace
\`\`\`
`;
}
