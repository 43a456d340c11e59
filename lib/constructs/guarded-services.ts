import { AdmissionPolicy, rule } from './admission-policy';
import type { Guard } from './guard';

/** The quota counts node ports and load balancers, but neither external addresses nor external names. */
export const guardedServices: Guard = {
  name: 'services',
  define(scope, { teams }) {
    new AdmissionPolicy(scope, 'services', {
      rules: [rule('', ['services'], ['CREATE', 'UPDATE'])],
      namespaces: teams.map(({ namespace }) => namespace),
      validations: [
        {
          expression: 'object.spec.?type.orValue("ClusterIP") == "ClusterIP"',
          messageExpression:
            '"a Service of the type " + object.spec.?type.orValue("ClusterIP") + " leads past gateways, network ' +
            'policies or both; make it a ClusterIP, and have its route declared"',
        },
        {
          expression: 'object.spec.?externalIPs.orValue([]).size() == 0',
          message: 'externalIPs take over what is sent to these addresses (CVE-2020-8554); leave them out',
        },
      ],
    });
  },
};
