/**
 * Prefix of the labels and annotations by which the platform tells namespaces apart. Whoever may change them could pass
 * one team's namespace off as another's.
 */
export const RESERVED_PREFIX = 'cdk8s-mlops/';

/** On a Namespace: the team that it belongs to. */
export const TEAM_LABEL = `${RESERVED_PREFIX}team`;
