import { Construct } from 'constructs';
import type {
  MatchResources,
  Validation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Variable,
} from 'kubernetes-types/admissionregistration/v1';
import { KubeObject } from './kube-object';
import { objectName } from './object-name';

/** Kinds, and what is done with them. */
export interface AdmissionRule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[];
  readonly resources: readonly string[];
  readonly scope?: '*' | 'Cluster' | 'Namespaced';
}

export interface AdmissionPolicyProps {
  /** Kinds and operations that it looks at. */
  readonly rules: readonly AdmissionRule[];
  /**
   * Namespaces that it looks at; an object `Namespace` counts as in itself.
   *
   * @default - all of them
   */
  readonly namespaces?: readonly string[];
  /**
   * Under which conditions it looks at a request, by name. All must hold.
   *
   * @default - always
   */
  readonly conditions?: Readonly<Record<string, string>>;
  /**
   * What the validations call `variables.…`; a later one may use those before it.
   *
   * @default - none
   */
  readonly variables?: Readonly<Record<string, string>>;
  /** What must hold, and what to tell whom it refuses. */
  readonly validations: readonly Validation[];
}

type WithReason = { readonly reason: 'Forbidden' };

/**
 * A rule of the API server itself, in CEL, with the binding that turns it on. What it cannot decide is refused.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class AdmissionPolicy extends Construct {
  public readonly policy: KubeObject<ValidatingAdmissionPolicy>;
  public readonly binding: KubeObject<ValidatingAdmissionPolicyBinding>;

  constructor(scope: Construct, id: string, props: AdmissionPolicyProps) {
    super(scope, id);
    const name = objectName(this);
    const { rules, namespaces, conditions = {}, variables = {}, validations } = props;
    const forbidden: WithReason = { reason: 'Forbidden' };
    this.policy = new KubeObject<ValidatingAdmissionPolicy>(this, 'policy', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { matchPolicy: 'Equivalent', resourceRules: rules.map((one): object => one) },
        matchConditions: named(conditions),
        variables: named(variables),
        validations: validations.map(validation => ({ ...forbidden, ...validation })),
      },
    });
    this.binding = new KubeObject<ValidatingAdmissionPolicyBinding>(this, 'binding', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'], matchResources: namespaces && within(namespaces) },
    });
  }
}

/** Kinds of one API group, in all of its versions. */
export function rule(
  group: string,
  resources: readonly string[],
  operations: AdmissionRule['operations'],
): AdmissionRule {
  return { apiGroups: [group], apiVersions: ['*'], operations, resources, scope: '*' };
}

function named(expressions: Readonly<Record<string, string>>): Variable[] | undefined {
  const entries = Object.entries(expressions).map(([name, expression]) => ({ name, expression }));
  return entries.length > 0 ? entries : undefined;
}

function within(namespaces: readonly string[]): MatchResources {
  const values = [...namespaces].sort();
  return {
    matchPolicy: 'Equivalent',
    namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }] },
  };
}
