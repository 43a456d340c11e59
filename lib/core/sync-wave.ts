/** Annotation by which Argo CD orders the objects of one application. */
const ANNOTATION = 'argocd.argoproj.io/sync-wave';

/**
 * The order in which Argo CD applies a team's objects; each wave waits until the one before is healthy.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export const SyncWave = {
  /** The namespace, which everything else needs. */
  NAMESPACE: { [ANNOTATION]: '-3' },
  /** What limits and isolates the team, before the first pod starts. */
  GUARDS: { [ANNOTATION]: '-2' },
  /**
   * What tracking servers keep their data in. The same wave as that of the guards: within a wave Argo CD applies
   * policies and quotas before what starts pods.
   */
  STORES: { [ANNOTATION]: '-2' },
  /** What model endpoints load from. */
  SERVICES: { [ANNOTATION]: '-1' },
} as const;

/**
 * Has Argo CD ask a person before it removes an object with everything that is in it, because a name was changed or a
 * declaration was removed.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#no-prune-resources
 */
export const CONFIRM_REMOVAL = { 'argocd.argoproj.io/sync-options': 'Prune=confirm,Delete=confirm' } as const;

/**
 * Makes an object one that Argo CD applies before all others, anew in every sync.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/#how-do-i-configure-hooks
 */
export const PRE_SYNC = {
  'argocd.argoproj.io/hook': 'PreSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
} as const;

/**
 * Makes a Job one that runs anew in every sync, at its place among the waves. An ordinary Job could never be changed.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/#how-do-i-configure-hooks
 */
export const IN_SYNC = {
  'argocd.argoproj.io/hook': 'Sync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
} as const;
