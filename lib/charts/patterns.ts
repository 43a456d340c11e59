/** What Kubernetes takes for the name of most objects. */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** The same for names that may have dots: Secrets, hosts, classes. */
export const DNS_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
export const OPTIONAL_DNS_NAME = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*)?$/;
export const CPU = /^[1-9][0-9]{0,5}m?$/;
export const MEMORY = /^[1-9][0-9]{0,5}(Mi|Gi|Ti)$/;
export const CIDR = /^([0-9]{1,3}\.){3}[0-9]{1,3}\/[0-9]{1,2}$/;
/** A host name that no URL takes for an address: each part begins with a letter. */
export const HOST = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
