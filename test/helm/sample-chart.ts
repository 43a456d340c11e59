import { z } from 'zod';
import { checksum } from '../../lib/core/checksum';
import { opaqueList, opaqueMap } from '../../lib/helm/values/opaque';
import type { ChartSource } from '../../lib/helm/worlds/chart-source';
import { flag, label, object } from './nasty/values';
import { configMap, sourceOf, thing } from './charts';

const SHAPE = {
  image: object({
    repository: z
      .string()
      .regex(/^[a-z0-9./-]+$/)
      .default('nginx')
      .describe('the image'),
    tag: z
      .string()
      .regex(/^[\w.-]*$/)
      .default('')
      .describe('its tag'),
  }),
  replicas: z.int().min(0).max(50).default(2).describe('pods'),
  autoscaling: object({ enabled: flag(), max: z.int().min(1).max(2_000_000).default(10).describe('most pods') }),
  level: z.enum(['info', 'debug', 'warn']).default('info').describe('what is logged'),
  note: z.string().default('x').describe('a note'),
  env: z
    .record(z.string().regex(/^[A-Za-z_]+$/), z.string())
    .default({})
    .describe('variables'),
  hosts: z
    .array(
      z.strictObject({
        name: label().describe('a name'),
        tls: z.boolean().describe('whether it has a certificate'),
        paths: z.array(z.string().regex(/^\/[a-z/]*$/)).describe('paths'),
      }),
    )
    .default([])
    .describe('hosts'),
  secret: z
    .string()
    .regex(/^[a-z-]*$/)
    .default('')
    .describe('a Secret'),
  podLabels: opaqueMap('labels'),
  resources: opaqueMap('resources'),
  volumes: opaqueList('volumes'),
};

/** A chart with a little of everything. */
export const sampleChart = (samples: number): ChartSource =>
  sourceOf(
    SHAPE,
    (chart, v, release) => {
      const labels = { 'app.kubernetes.io/name': 'demo', 'app.kubernetes.io/instance': release.name };
      const script = `#!/bin/sh\necho ${v.image.repository}\n${v.secret ? 'echo safe\n' : ''}exit 0\n`;
      thing(
        chart,
        release,
        {
          replicas: v.autoscaling.enabled ? undefined : v.replicas,
          selector: { matchLabels: labels },
          template: {
            metadata: {
              labels: { ...v.podLabels, ...labels },
              annotations: { note: v.note, checksum: checksum(script) },
            },
            spec: {
              containers: [
                {
                  name: 'main',
                  image: `${v.image.repository}:${v.image.tag || release.appVersion}`,
                  args: ['--serve', `--level=${v.level}`, ...(v.secret ? ['--secure'] : [])],
                  env: Object.entries(v.env).map(([name, value]) => ({ name, value })),
                  resources: Object.keys(v.resources).length > 0 ? v.resources : undefined,
                },
              ],
              volumes: [{ name: 'keys', secret: { secretName: v.secret || `${release.fullname}-keys` } }, ...v.volumes],
            },
          },
          rules: v.hosts.map((host: any) => ({
            host: host.name,
            tls: host.tls ? 'yes' : undefined,
            paths: host.paths.map((path: string) => ({ path, backend: release.fullname })),
          })),
        },
        { labels },
      );
      configMap(chart, `${release.fullname}-script`, { 'run.sh': script });
      if (v.autoscaling.enabled) {
        configMap(chart, `${release.fullname}-scaling`, { max: `${v.autoscaling.max}` });
      }
    },
    samples,
  );
