import type { Json } from './value-node';

/** What a chart knows of the release that it is installed as. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /**
   * Name for the objects of the release.
   *
   * Two releases in one namespace share it if they agree in the letters that `nameLength` leaves, or if one has the name
   * that the other's objects have: `a` and `a-minio` of the chart `minio`.
   */
  readonly fullname: string;
  readonly appVersion: string;
  /** Text for the label `helm.sh/chart`. */
  readonly chart: string;
}

export type ReleaseField = keyof Release;
export const RELEASE_FIELDS: readonly ReleaseField[] = ['name', 'namespace', 'fullname', 'appVersion', 'chart'];

/** What the names of a release are made of. */
export interface ChartIdentity {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  /**
   * Greatest length of the full name: 63, less what constructs add to it.
   *
   * @default 63
   */
  readonly nameLength?: number;
}

/** Greatest length of a label. */
export const LABEL_LENGTH = 63;

/** The release of a chart with that name, as the chart's own templates see it. */
export function releaseOf(
  chart: ChartIdentity,
  { name, namespace }: Pick<Release, 'name' | 'namespace'>,
  values: { readonly nameOverride?: Json; readonly fullnameOverride?: Json } = {},
): Release {
  const short = String(values.nameOverride || chart.name);
  const plain = name.replaceAll('.', '-');
  // Names of Services begin with a letter.
  const long = /^\d/.test(plain) ? `${short}-${plain}` : plain.includes(short) ? plain : `${plain}-${short}`;
  return {
    name,
    namespace,
    fullname: shortened(String(values.fullnameOverride || long), chart.nameLength ?? LABEL_LENGTH),
    appVersion: chart.appVersion,
    chart: shortened(`${chart.name}-${chart.version}`.replaceAll('+', '_'), LABEL_LENGTH),
  };
}

/** Names of releases and namespaces that code likes to treat in a way of their own. */
const USUAL_NAMES = ['prod', 'production', 'staging', 'dev', 'main', 'canary', 'test', 'stable', 'monitoring'];
const USUAL_TURN = 7;

/** Names of releases in turn: short, long, with the chart's own name in them, and such as YAML takes for no text. */
export function sampleRelease({ name }: ChartIdentity, turn: number): Pick<Release, 'name' | 'namespace'> {
  const long = 'a-release-with-a-name-as-long-as-helm-allows-it-to-be-x'.slice(0, 53);
  const names = ['demo', 'true', name, '012', `${name}-blue`, `my-${name}`, long, '1e3', `${'x'.repeat(52)}9`, 'v1.2'];
  const namespaces = ['fraud', 'team-a', 'ml'];
  if (turn % USUAL_TURN === USUAL_TURN - 1) {
    const usual = Math.floor(turn / USUAL_TURN);
    return {
      name: USUAL_NAMES[usual % USUAL_NAMES.length]!,
      namespace: USUAL_NAMES[(usual + Math.floor(usual / USUAL_NAMES.length)) % USUAL_NAMES.length]!,
    };
  }
  return { name: names[turn % names.length]!, namespace: namespaces[turn % namespaces.length]! };
}

const shortened = (text: string, length: number): string => text.slice(0, length).replace(/-$/, '');
