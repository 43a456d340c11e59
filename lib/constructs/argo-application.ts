import { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { PlatformError } from '../core/platform-error';
import type { ArgoProject } from './argo-project';
import { KubeObject } from './kube-object';
import { objectName } from './object-name';

/** An Application, as far as we set it. */
export interface ApplicationManifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec: {
    readonly project: string;
    readonly source: {
      readonly repoURL: string;
      readonly targetRevision: string;
      readonly path: string;
      readonly directory: { readonly include?: string; readonly recurse?: boolean };
    };
    readonly destination: { readonly server: string; readonly namespace: string };
    readonly syncPolicy: {
      readonly automated: { readonly prune: boolean; readonly selfHeal: boolean };
      readonly syncOptions: readonly string[];
      readonly retry: {
        readonly limit: number;
        readonly backoff: { readonly duration: string; readonly factor: number; readonly maxDuration: string };
      };
    };
    readonly revisionHistoryLimit?: number;
  };
}

export interface ArgoApplicationProps {
  /** The project that says what it may do. */
  readonly project: ArgoProject;
  /** URL of the Git repository. */
  readonly repoUrl: string;
  /**
   * Branch, tag or commit.
   *
   * @default HEAD
   */
  readonly revision?: string;
  /** Folder of the repository, for example `dist/production`. */
  readonly path: string;
  /**
   * Files of the folder, as a glob such as `fraud.k8s.yaml`.
   *
   * @default - all of them
   */
  readonly include?: string;
  /** Namespace for objects that name none. */
  readonly namespace: string;
  /**
   * Whether Argo CD makes the namespace before anything else; needed where PreSync hooks run in it.
   *
   * @default true
   */
  readonly createNamespace?: boolean;
  /**
   * Place among the applications of one parent: lower waves are applied first.
   *
   * @default 0
   */
  readonly wave?: number;
}

/**
 * Has Argo CD apply plain manifests from a folder in Git and keep the cluster equal to them: what leaves the folder is
 * removed, what is changed in the cluster is put back, fields are owned by server-side apply.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/directory/
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 */
export class ArgoApplication extends Construct {
  /** Name of the Application. */
  public readonly name: string;
  public readonly application: KubeObject<ApplicationManifest>;

  constructor(scope: Construct, id: string, props: ArgoApplicationProps) {
    super(scope, id);
    this.name = objectName(this);
    const { project, repoUrl, revision = 'HEAD', path, include, namespace, createNamespace = true, wave = 0 } = props;
    if (path.startsWith('/') || path.split('/').includes('..')) {
      throw new PlatformError(
        this,
        `path must be a folder of the repository, got "${path}"`,
        'write it without a leading "/" and without ".."',
      );
    }
    if (!Number.isInteger(wave)) {
      throw new PlatformError(
        this,
        `wave must be a whole number, got ${wave}`,
        'write 0, or a lower one for what comes first',
      );
    }
    if (!project.repositories.includes(repoUrl) || !project.namespaces.includes(namespace)) {
      throw new PlatformError(
        this,
        `project "${project.name}" does not allow ${project.repositories.includes(repoUrl) ? `namespace "${namespace}"` : repoUrl}`,
        'add it to the project, or choose another project',
      );
    }
    this.application = new KubeObject<ApplicationManifest>(this, 'application', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: this.name,
        annotations: { 'argocd.argoproj.io/sync-wave': `${wave}` },
        // Removing the application removes what it deployed.
        finalizers: ['resources-finalizer.argocd.argoproj.io'],
      },
      spec: {
        project: project.name,
        source: { repoURL: repoUrl, targetRevision: revision, path, directory: { include } },
        destination: { server: project.server, namespace },
        syncPolicy: {
          automated: { prune: true, selfHeal: true },
          syncOptions: [`CreateNamespace=${createNamespace}`, 'ServerSideApply=true', 'PruneLast=true'],
          retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
        },
      },
    });
  }
}
