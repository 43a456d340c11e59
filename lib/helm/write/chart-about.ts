/** What Chart.yaml tells people and registries about a chart; none of it changes what is installed. */
export interface ChartAbout {
  /** One sentence. */
  readonly description: string;
  readonly home?: string;
  /** Address of a picture. */
  readonly icon?: string;
  readonly sources?: readonly string[];
  readonly keywords?: readonly string[];
  readonly maintainers?: readonly Maintainer[];
  readonly artifactHub?: ArtifactHub;
  /** More annotations of the chart. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Maintainer {
  readonly name: string;
  readonly email?: string;
  readonly url?: string;
}

/** What [Artifact Hub](https://artifacthub.io/docs/topics/annotations/helm/) shows beside a chart. */
export interface ArtifactHub {
  readonly category?:
    | 'ai-machine-learning'
    | 'database'
    | 'integration-delivery'
    | 'monitoring-logging'
    | 'networking'
    | 'security'
    | 'storage'
    | 'streaming-messaging'
    | 'skip-prediction';
  /** An SPDX name, such as `Apache-2.0`. */
  readonly license?: string;
  /** What is new in this version. */
  readonly changes?: readonly ChartChange[];
  readonly images?: readonly { readonly name: string; readonly image: string }[];
  readonly links?: readonly { readonly name: string; readonly url: string }[];
  readonly prerelease?: boolean;
  readonly containsSecurityUpdates?: boolean;
}

export interface ChartChange {
  readonly kind: 'added' | 'changed' | 'deprecated' | 'removed' | 'fixed' | 'security';
  readonly description: string;
}
