import { PlatformError } from '../../core/platform-error';
import { plainText, withoutCredentials } from '../plain-text';

/** Where a repository is, and what opens it. */
export interface GitAddress {
  /** Where the repository is: https, ssh, `git@host:path`, or a folder. */
  readonly url: string;
  /** Value of the header Authorization, for https. */
  readonly authorization?: () => string | undefined;
  /** Private key for ssh; without one whatever ssh is set up for. */
  readonly sshKey?: string;
  /** Keys of known hosts for ssh; without one those of ssh. Unknown hosts are never trusted. */
  readonly knownHosts?: string;
}

/**
 * The one protocol of a URL.
 *
 * @throws PlatformError if there is none, or if the URL holds credentials
 */
export function protocolOf(url: string): string {
  const [, scheme] = /^([a-z]+):\/\/[^-]/.exec(url) ?? [];
  const protocol = scheme ?? (/^[\w.-]+@[\w.-]+:(?!:)/.test(url) ? 'ssh' : url.startsWith('/') ? 'file' : '');
  const mistake = (problem: string, remedy: string) => new PlatformError('Git', problem, remedy);
  if (!['https', 'http', 'ssh', 'file'].includes(protocol) || /[\0-\x20\x7f]/.test(url)) {
    throw mistake(
      `"${plainText(withoutCredentials(url))}" is no address of a repository`,
      'use https://…, ssh://…, git@host:path or a folder',
    );
  }
  if (holdsCredentials(url)) {
    throw mistake(
      'the address of the repository holds credentials',
      'put them into files: --credentials <folder>, which has a folder git',
    );
  }
  return protocol;
}

/** Whether there is a password; with https a user alone may be a token. With ssh it is none, and has to be there. */
function holdsCredentials(address: string): boolean {
  if (!/^(?:https?|ssh):/.test(address)) {
    // A password before a host, which was taken for the name of a folder.
    return /[^/@:]:[^/]*@/.test(address);
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url === undefined || url.password !== '' || (url.protocol !== 'ssh:' && url.username !== '');
}

/** @throws PlatformError if Git, or a person, could take the name for something else */
export function refuseOddBranch(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/.test(name) || /\.\.|\/\/|\.lock$|\/$/.test(name)) {
    throw new PlatformError('Git', `"${plainText(name)}" is no name of a branch`, 'name one such as main');
  }
}

/** How Git starts ssh. */
export function sshCommand({ sshKey, knownHosts }: GitAddress): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return [
    'ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=10',
    ...(sshKey === undefined ? [] : [`-oIdentitiesOnly=yes -i ${quoted(sshKey)}`]),
    ...(knownHosts === undefined ? [] : [`-oUserKnownHostsFile=${quoted(knownHosts)}`]),
  ].join(' ');
}

/** Settings of Git with credentials for this server alone. */
export function authorized({ url, authorization }: GitAddress): Record<string, string> {
  const value = authorization?.();
  return value === undefined || !/^https?:/.test(url)
    ? {}
    : { [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: ${value}` };
}
