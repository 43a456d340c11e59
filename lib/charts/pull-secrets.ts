import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { registerPullSecrets } from '../constructs/image-pull-secrets';
import { SecretSource } from '../constructs/secret-source';
import { DNS_NAME } from './patterns';

export const pullSecretsValue = z
  .array(z.string().regex(DNS_NAME))
  .default([])
  .describe('Secrets of the type `kubernetes.io/dockerconfigjson` with which the pods get their images');

/** Has all pods that the chart gets from now on use these Secrets. */
export function usePullSecrets(chart: Chart, names: readonly string[]): void {
  registerPullSecrets(
    chart,
    names.map(name => SecretSource.existing(name)),
  );
}
