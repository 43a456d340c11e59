import { z } from 'zod';
import { opaqueList, opaqueMap } from '../../lib/helm/values/opaque';

/** Values of a web server: something of every kind, and nothing that the user must give. */
export const webValues = z.strictObject({
  image: z
    .strictObject({
      repository: z.string().min(1).max(200).default('registry.example.com/web').describe('Where the image is.'),
      tag: z
        .string()
        .regex(/^[\w.-]*$/)
        .default('')
        .describe('Tag; the version of the app unless given.'),
      pullPolicy: z.enum(['', 'Always', 'IfNotPresent']).default('').describe('When the image is pulled.'),
    })
    .prefault({})
    .describe('The image.'),
  replicas: z.int().min(0).max(20).default(2).describe('Number of pods.'),
  port: z.int().min(1).max(65_535).default(8080).describe('Port of the server.'),
  offset: z.int().default(0).describe('Any number.'),
  greeting: z.string().default('yes').describe('What it says.'),
  args: z.array(z.string()).max(5).default(['--verbose']).describe('Arguments.'),
  env: z
    .record(z.string().regex(/^[A-Za-z_~][\w.-]*$/), z.string())
    .default({ LEVEL: '012' })
    .describe('Variables of the environment.'),
  data: z.record(z.string(), z.string()).default({}).describe('Files.'),
  hosts: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9.-]{0,40}[a-z0-9])?$/)
          .describe('Host name.'),
        paths: z
          .array(
            z.strictObject({
              path: z.string().regex(/^\//).describe('Path.'),
              type: z.enum(['Prefix', 'Exact']).describe('How it is compared.'),
            }),
          )
          .min(1)
          .describe('Paths of the host.'),
      }),
    )
    .max(3)
    .default([])
    .describe('Hosts that lead to the server.'),
  metrics: z
    .strictObject({ enabled: z.boolean().default(false).describe('Whether it has metrics.') })
    .prefault({})
    .describe('Metrics.'),
  resources: opaqueMap('Resources of the container.'),
  tolerations: opaqueList('Tolerations of the pods.'),
});

/** Values with one that the user must give, and a rule about two. */
export const jobValues = z
  .strictObject({
    bucket: z.strictObject({ name: z.string().min(3).max(63).describe('Its name.') }).describe('A bucket.'),
    user: z.string().default('').describe('Who writes.'),
    secret: z.string().default('').describe('Secret of the user.'),
  })
  .refine(({ user, secret }) => (user === '') === (secret === ''), 'user and secret go together')
  .meta({
    allOf: [
      {
        if: { properties: { user: { const: '' } } },
        then: { properties: { secret: { const: '' } } },
        else: { properties: { secret: { minLength: 1 } } },
      },
    ],
  });
