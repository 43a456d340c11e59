import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { dnsLabelRule, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';

/**
 * The name that a construct gives its Kubernetes objects: the ids from below the chart down to it, joined by "-".
 * It holds no hash, so it can be read in a manifest, and renaming an id renames the objects.
 *
 * @param longest the greatest length, where Kubernetes or the construct itself adds to the name
 * @throws PlatformError if that is no DNS label
 */
export function objectName(construct: Construct, longest = 63): string {
  const chart = Chart.of(construct);
  const ids = construct.node.scopes.slice(chart.node.scopes.length).map(scope => scope.node.id);
  return checkedName(construct, ids.join('-'), longest);
}

/**
 * The same for a construct that defines a Service, whose name must begin with a letter.
 *
 * @throws PlatformError if it does not
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
export function serviceName(construct: Construct, longest?: number): string {
  const name = objectName(construct, longest);
  if (/^\d/.test(name)) {
    throw new PlatformError(
      construct,
      `"${name}" cannot name a Service`,
      'choose another id that begins with a letter',
    );
  }
  return name;
}

/**
 * A name that was given, or made from ids.
 *
 * @throws PlatformError if it is no DNS label
 */
export function checkedName(construct: Construct, name: string, longest = 63): string {
  if (!isDnsLabel(name) || name.length > longest) {
    throw new PlatformError(
      construct,
      name.length > longest
        ? `the name "${name}" must have at most ${longest} characters, got ${name.length}`
        : `"${name}" cannot name Kubernetes objects`,
      `choose another id: ${dnsLabelRule(longest)}`,
    );
  }
  return name;
}

/**
 * The namespace of the chart that a construct is in.
 *
 * @throws PlatformError if the chart has none: host names and network policies need it
 */
export function namespaceOf(construct: Construct): string {
  const { namespace } = Chart.of(construct);
  if (namespace === undefined) {
    throw new PlatformError(
      construct,
      'the chart has no namespace',
      "give it one: new Chart(app, 'fraud', { namespace: 'fraud' })",
    );
  }
  return namespace;
}
