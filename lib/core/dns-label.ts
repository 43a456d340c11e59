const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const MAX_LENGTH = 63;

/**
 * Whether Kubernetes accepts the text as a name that becomes part of a DNS name.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function isDnsLabel(text: string): boolean {
  return text.length <= MAX_LENGTH && LABEL.test(text);
}

/** What a DNS label may look like, in words that fit behind "use". */
export const dnsLabelRule = (longest = MAX_LENGTH): string =>
  `at most ${longest} lower-case letters, digits and "-", starting and ending with a letter or digit`;
export const DNS_LABEL_RULE = dnsLabelRule();

/** Whether the text is a host name of DNS labels, without a scheme, port or wildcard. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(isDnsLabel);
}

/**
 * Whether a Secret, a ConfigMap and most other objects can have that name: parts of it may be longer than those of a
 * host's.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(part => LABEL.test(part));
}

/** What an object's name may look like, in words that fit behind "use". */
export const OBJECT_NAME_RULE = 'lower-case letters, digits, "-" and "."';
