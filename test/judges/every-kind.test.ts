import { everything, hasSchema } from './everything';
import { describeJudged } from './judge';
import { judge, missing, VERSIONS } from './kubeconform';
import { mutant, type Manifest } from './manifests';

const CUSTOM = [
  'AppProject',
  'Application',
  'AuthorizationPolicy',
  'Cluster',
  'ClusterNetworkPolicy',
  'ExternalSecret',
  'InferenceService',
  'PeerAuthentication',
  'PodMonitor',
  'PrometheusRule',
  'ScaledObject',
  'ScheduledBackup',
  'SealedSecret',
  'ServiceMonitor',
];
const BUILT_IN = [
  'ConfigMap',
  'CronJob',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Job',
  'LimitRange',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'PodDisruptionBudget',
  'ResourceQuota',
  'Role',
  'RoleBinding',
  'Service',
  'ServiceAccount',
  'StatefulSet',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

describe('dist/, the examples and what the pages show', () => {
  let objects: Manifest[];
  beforeAll(() => (objects = everything()), 120_000);
  const judged = () => objects.filter(hasSchema);

  test('hold every kind that the library makes', () => {
    const kinds = new Set(objects.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(expect.arrayContaining([...CUSTOM, ...BUILT_IN, 'PodDefault']));
  });

  test('hold no kind without a schema but Kubeflow’s', () => {
    const kinds = new Set(objects.filter(one => !hasSchema(one)).map(({ kind }) => kind));
    expect(['Notebook', 'PodDefault']).toEqual(expect.arrayContaining([...kinds]));
  });

  describeJudged('by kubeconform', missing, () => {
    test.each(VERSIONS)('are valid with the strict schemas of Kubernetes %s', version => {
      const { resources, summary } = judge(version, judged());
      expect(resources).toEqual([]);
      expect(summary).toEqual({ valid: judged().length, invalid: 0, errors: 0, skipped: 0 });
    });

    test.each(CUSTOM)('are refused with an unknown field in a kind such as %s', kind => {
      const { resources } = judge(VERSIONS[0]!, [mutant(objects, kind, copy => (copy.spec.unknownField = 'x'))]);
      expect(resources).toEqual([expect.objectContaining({ kind, status: 'statusInvalid' })]);
    });
  });
});
