import { PlatformError } from './platform-error';

/** Where the pods of the controller find their credentials, in a folder for each server. */
export const CREDENTIALS = '/etc/mlops';
/** The folder with the secret of the webhook, which is no server's. */
export const WEBHOOK = '/etc/mlops-webhook';

/** The repository that a controller commits to. */
export interface WatchedRepository {
  /** Its address: `https://…`, `ssh://…` or `git@host:path`, without credentials. */
  readonly url: string;
  /**
   * The branch that Argo CD follows.
   *
   * @default main
   */
  readonly branch?: string;
}

export interface WatchProps {
  readonly repository: WatchedRepository;
  readonly intervalSeconds: number;
  readonly port: number;
  /** Folder for the copy of the repository. */
  readonly cache: string;
  readonly prometheus?: string;
  /** The namespace of Argo CD's applications. */
  readonly argoCd?: string;
  /** Whether the cluster is asked what is deployed. */
  readonly deployments: boolean;
  readonly webhook: boolean;
}

/**
 * The arguments of `mlops` that watch a repository.
 *
 * @throws PlatformError if an address is none, is not encrypted, or holds credentials
 */
export function watchArguments(where: ConstructorParameters<typeof PlatformError>[0], props: WatchProps): string[] {
  const { repository, intervalSeconds, port, cache, prometheus, argoCd, deployments, webhook } = props;
  const { url, branch = 'main' } = repository;
  const scp = /^[\w.-]+@[\w.-]+:[^:\s]+$/.test(url);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!scp && !['https:', 'ssh:'].includes(parsed?.protocol ?? '')) {
    throw new PlatformError(
      where,
      `repository.url must be the address of a Git repository behind https or ssh, got "${url}"`,
      'write https://git.example.com/ml/platform.git or git@git.example.com:ml/platform.git',
    );
  }
  if (parsed && (parsed.password !== '' || (parsed.protocol === 'https:' && parsed.username !== ''))) {
    throw new PlatformError(
      where,
      `repository.url of ${parsed.host} holds credentials`,
      'take them out: they belong into the Secret of repository.credentials',
    );
  }
  if (!/^[A-Za-z0-9][\w./-]*$/.test(branch)) {
    throw new PlatformError(where, `repository.branch cannot be "${branch}"`, 'name a branch such as main');
  }
  const metrics = prometheus === undefined || URL.canParse(prometheus) ? new URL(prometheus ?? 'http://x') : undefined;
  if (!metrics || !/^https?:$/.test(metrics.protocol) || metrics.username !== '' || metrics.password !== '') {
    throw new PlatformError(
      where,
      'prometheus.url must be the URL of a server, without credentials',
      'write http://prometheus.monitoring.svc:9090',
    );
  }
  return [
    'watch',
    `--repository=${url}`,
    `--branch=${branch}`,
    `--credentials=${CREDENTIALS}`,
    `--cache=${cache}`,
    `--interval=${intervalSeconds}s`,
    `--listen=:${port}`,
    ...(prometheus === undefined ? [] : [`--prometheus=${prometheus}`]),
    ...(argoCd === undefined ? [] : [`--argocd=${argoCd}`]),
    ...(deployments ? ['--deployments'] : []),
    ...(webhook ? [`--webhook-secret=${WEBHOOK}/secret`] : []),
  ];
}
