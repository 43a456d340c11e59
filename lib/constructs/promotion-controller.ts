import type { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Probe, Service } from 'kubernetes-types/core/v1';
import { checkPinnedImage } from '../core/container-image';
import { checkCounts } from '../core/counts';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { PlatformError } from '../core/platform-error';
import { checkedResources, checkedSize, type Resources } from '../core/resources';
import {
  GIT_SIGNING_KEYS,
  GIT_SSH_KEYS,
  GIT_TOKEN_KEYS,
  LOGIN_KEYS,
  TOKEN_KEYS,
  WEBHOOK_KEYS,
  type SecretKeys,
} from '../core/secret-keys';
import { CREDENTIALS, WEBHOOK, watchArguments, type WatchedRepository } from '../core/watch-arguments';
import { argoReader } from './argo-reader';
import { deploymentReaders } from './deployment-readers';
import { KubeObject } from './kube-object';
import type { Metrics, Monitored } from './metrics';
import type { NetworkPeer } from './network-peer';
import { mountToken, type ObjectReader } from './object-reader';
import { serviceName } from './object-name';
import type { SecretSource } from './secret-source';
import { Workload } from './workload';
import { WorkloadPeer } from './workload-peer';

/** The repository that holds pins and manifests. */
export interface PromotedRepository extends WatchedRepository {
  /** Key `token` for https; keys `ssh-key` and `known_hosts` for ssh. */
  readonly credentials: SecretSource;
  /** Where it is on the network, with the ports on which it listens. */
  readonly peer: NetworkPeer;
  /**
   * Key `signing-key` with a private key of OpenSSH, with which every commit is signed.
   *
   * @default - commits are not signed
   */
  readonly signing?: SecretSource;
}

/** An MLflow server that `promotion.yaml` names. */
export interface PromotedRegistry {
  /** The server: an MlflowServer of the same App, or a peer with the ports on which it listens. */
  readonly peer: NetworkPeer;
  /** Keys `username` and `password` of somebody who may read models, and tag versions if it is asked what is deployed. */
  readonly credentials: SecretSource;
}

export interface PromotionControllerProps {
  /** Image whose entrypoint is `mlops`, with Git, ssh and what `main.ts` imports; pinned. */
  readonly image: string;
  readonly repository: PromotedRepository;
  /** The registries, by their names in `promotion.yaml`. */
  readonly registries: Readonly<Record<string, PromotedRegistry>>;
  /**
   * Who commits.
   *
   * @default - mlops, mlops@localhost
   */
  readonly author?: { readonly name: string; readonly email: string };
  /**
   * Time between two looks, in seconds.
   *
   * @default 30
   */
  readonly intervalSeconds?: number;
  /**
   * Who deploys what is committed, so that model versions get tagged as deployed. Then the pods have a token with which
   * they may read Argo CD's applications, and nothing else.
   *
   * @default - nobody is asked, and the pods have no token
   */
  readonly argoCd?: {
    /** The namespace of its applications. */
    readonly namespace: string;
    /** The API server, with its ports. */
    readonly apiServer: NetworkPeer;
  };
  /**
   * The Deployments that `promotion.yaml` names, for clusters without Argo CD. Then the pods have a token with which they
   * may read these, and nothing else.
   *
   * @default - the cluster is not asked, and the pods have no token
   */
  readonly deployments?: {
    /** Their names, by namespace. */
    readonly named: Readonly<Record<string, readonly string[]>>;
    /** The API server, with its ports. */
    readonly apiServer: NetworkPeer;
  };
  /**
   * Who answers the questions of canaries.
   *
   * @default - nobody: a canary with a question is held
   */
  readonly prometheus?: {
    readonly url: string;
    readonly peer: NetworkPeer;
    /**
     * Key `token`.
     *
     * @default - it is asked without credentials
     */
    readonly credentials?: SecretSource;
  };
  /**
   * MLflow's webhook, which hints that a look may help.
   *
   * @default - there is none, the interval is what counts
   */
  readonly webhook?: {
    /** Key `secret`, of at least 16 characters. */
    readonly secret: SecretSource;
    /** Who sends it. */
    readonly from: NetworkPeer;
  };
  /**
   * Most that the copy of the repository and the files of one commit may take.
   *
   * @default 2Gi
   */
  readonly cache?: string;
  /**
   * What its container may use. A synthesis runs in it.
   *
   * @default - requests 100m CPU, 512Mi memory, 64Mi disk; limits 1 CPU, 1Gi memory, 3Gi disk
   */
  readonly resources?: Resources;
}

const PORT = 8080;
const CACHE = '/var/cache/mlops';
/** Folders of credentials that are no registry's. */
const RESERVED = ['git', 'prometheus'];
const RESOURCES = {
  requests: { cpu: '100m', memory: '512Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '3Gi' },
};

/**
 * `mlops watch` in the cluster: an alias that moves in MLflow becomes one commit. It changes nothing in the cluster, and
 * has no right to.
 *
 * What it promotes, and through which gates, is in `promotion.yaml` of the repository, where it can be reviewed.
 */
export class PromotionController extends WorkloadPeer implements Monitored {
  /** Port of its probes, metrics and webhook. */
  public static readonly PORT = PORT;

  public readonly name: string;
  public readonly ports: readonly number[] = [PORT];
  public readonly metrics: Metrics;
  public readonly workload: Workload;
  public readonly deployment: KubeObject<Deployment>;
  public readonly service: KubeObject<Service>;
  /** What lets it read Argo CD's applications, in the namespace of those; undefined without `argoCd`. */
  public readonly argoReader: ObjectReader | undefined;
  /** What lets it read Deployments, by their namespace; undefined without `deployments`. */
  public readonly deploymentReaders: Readonly<Record<string, ObjectReader>> | undefined;

  constructor(scope: Construct, id: string, props: PromotionControllerProps) {
    super(scope, id);
    const { argoCd, cache = '2Gi', deployments, image, intervalSeconds = 30, prometheus, repository, webhook } = props;
    this.name = serviceName(this);
    checkPinnedImage(this, image, 'registry.example.com/ml/mlops:1.0.0');
    checkCounts(this, { intervalSeconds });
    this.metrics = { path: '/metrics', port: PORT, looksEverySeconds: intervalSeconds };
    checkedSize(this, 'cache', cache);
    if (argoCd && deployments) {
      throw new PlatformError(this, 'argoCd and deployments both tell what is deployed', 'leave one of them out');
    }
    const args = watchArguments(this, {
      repository,
      intervalSeconds,
      prometheus: prometheus?.url,
      port: PORT,
      cache: CACHE,
      argoCd: argoCd?.namespace,
      deployments: deployments !== undefined,
      webhook: webhook !== undefined,
    });
    this.workload = new Workload(this, 'controller', { name: this.name, program: 'mlops', ports: this.ports });
    this.connect(props);
    this.workload.addVolume({ name: 'cache', emptyDir: { sizeLimit: cache } }, { mountPath: CACHE });
    this.argoReader = argoCd && argoReader(this, this.workload, argoCd.namespace);
    this.deploymentReaders = deployments && deploymentReaders(this, this.workload, deployments.named);
    const metadata = { name: this.name, labels: this.workload.labels };
    this.service = new KubeObject<Service>(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: this.workload.selector,
        ports: [{ name: 'http', port: PORT, targetPort: PORT, protocol: 'TCP' }],
      },
    });
    this.deployment = new KubeObject<Deployment>(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        // Two would do no harm, and twice the requests.
        replicas: 1,
        selector: { matchLabels: this.workload.selector },
        template: this.workload.podTemplate({
          containers: [
            this.workload.container({
              name: 'controller',
              image,
              args,
              ports: [{ name: 'http', containerPort: PORT, protocol: 'TCP' }],
              // The first copy of a repository may take its time.
              startupProbe: { ...probe('/livez'), failureThreshold: 30 },
              livenessProbe: probe('/livez'),
              readinessProbe: probe('/readyz'),
              resources: checkedResources(this, props.resources ?? {}, RESOURCES),
            }),
          ],
          // SIGTERM ends it after what it is at; what is cut off then is no commit.
          terminationGracePeriodSeconds: 60,
        }),
      },
    });
  }

  /** Opens the paths that it uses, and mounts the credentials for each. */
  private connect({
    argoCd,
    author,
    deployments,
    prometheus,
    registries,
    repository,
    webhook,
  }: PromotionControllerProps): void {
    const { workload } = this;
    this.mount('git', repository.credentials, repository.url.startsWith('https:') ? GIT_TOKEN_KEYS : GIT_SSH_KEYS);
    workload.allowTo(repository.peer);
    if (Object.keys(registries).length === 0) {
      throw new PlatformError(this, 'no registry is named', 'name those of promotion.yaml: registries: { mlflow: … }');
    }
    for (const [name, { peer, credentials }] of Object.entries(registries)) {
      if (!isDnsLabel(name) || RESERVED.includes(name)) {
        throw new PlatformError(
          this,
          `"${name}" cannot name a registry`,
          `use ${DNS_LABEL_RULE}, but neither ${RESERVED.join(' nor ')}`,
        );
      }
      this.mount(name, credentials, LOGIN_KEYS);
      workload.allowTo(peer);
    }
    if (prometheus) {
      workload.allowTo(prometheus.peer);
      if (prometheus.credentials) {
        this.mount('prometheus', prometheus.credentials, TOKEN_KEYS);
      }
    }
    if (webhook) {
      this.mount('webhook', webhook.secret, WEBHOOK_KEYS, WEBHOOK);
      this.allowFrom(webhook.from);
    }
    const asked = argoCd ?? deployments;
    if (asked) {
      workload.allowTo(asked.apiServer);
      mountToken(workload);
    }
    this.configureGit(author, repository.signing);
  }

  /** Git reads settings from variables too, so no file of it has to be made. */
  private configureGit(author: PromotionControllerProps['author'], signing: SecretSource | undefined): void {
    if (signing) {
      this.mount('signing', signing, GIT_SIGNING_KEYS, `${CREDENTIALS}-signing`);
    }
    const settings = Object.entries({
      ...(author && { 'user.name': author.name, 'user.email': author.email }),
      ...(signing && {
        'commit.gpgSign': 'true',
        'gpg.format': 'ssh',
        'user.signingKey': `${CREDENTIALS}-signing/signing-key`,
      }),
    });
    if (settings.length > 0) {
      this.workload.addEnvironment(
        { name: 'GIT_CONFIG_COUNT', value: `${settings.length}` },
        ...settings.flatMap(([key, value], index) => [
          { name: `GIT_CONFIG_KEY_${index}`, value: key },
          { name: `GIT_CONFIG_VALUE_${index}`, value },
        ]),
      );
    }
  }

  private mount(name: string, secret: SecretSource, keys: SecretKeys, folder = `${CREDENTIALS}/${name}`): void {
    secret.mustHave?.(this, keys);
    this.workload.mountSecret(
      `${name}-credentials`,
      secret,
      folder,
      Object.keys(keys).map(key => ({ key, path: key })),
    );
  }
}

const probe = (path: string): Probe => ({ httpGet: { path, port: PORT }, periodSeconds: 10, timeoutSeconds: 2 });
