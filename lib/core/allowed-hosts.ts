/**
 * Every Host header with which a server is called: the names of its Service, with and without the port, the names of
 * its routes, with and without the port of HTTPS, and `localhost` for `kubectl port-forward`.
 *
 * MLflow compares the header as a whole, port included, and answers 403 to any other.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/security/network/
 */
export function allowedHosts(service: {
  readonly name: string;
  readonly namespace: string;
  readonly domain: string;
  readonly port: number;
  readonly routes: readonly string[];
}): string[] {
  const { name, namespace, domain, port, routes } = service;
  const inCluster = [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${domain}`];
  return [
    ...inCluster.flatMap(host => [host, `${host}:${port}`]),
    ...routes.flatMap(host => [host, `${host}:443`]),
    `localhost:${port}`,
  ];
}

/** A name, or any name below a domain of two labels or more. */
const NAME_PATTERN = /^(\*\.[\w-]+\.)?[\w-]+(\.[\w-]+)*(:(\d+|\*))?$/;
/** Addresses that begin alike, which no site can have as its name. */
const ADDRESS_PATTERN = /^\d+(\.\d+){0,2}\.\*$/;

/**
 * Whether the entry names hosts, with a port or not, and not just any: none of the characters with which MLflow (`?`,
 * `[`) or its list (`,`) would take it for more, and `*` only for names below a domain, for addresses or for the port.
 */
export function isHostPattern(entry: string): boolean {
  return NAME_PATTERN.test(entry) || ADDRESS_PATTERN.test(entry);
}

/** Whether one of the entries admits the header; an entry may have `*` for any characters. */
export function admitsHost(entries: readonly string[], header: string): boolean {
  return entries.some(entry => {
    const pattern = entry.split('*').map(part => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.*')}$`).test(header);
  });
}
