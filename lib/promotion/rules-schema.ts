import { z } from 'zod';
import { DNS_LABEL_RULE, isDnsLabel } from '../core/dns-label';
import { isModelName } from '../core/model-version';
import { DURATION_RULE, seconds } from './duration';
import type { CanaryRules } from './rules';
import { windowMistake } from './time-window';

const text = z.string('must be a text');
const label = text.refine(isDnsLabel, `is no name: use ${DNS_LABEL_RULE}`);
const modelName = text.refine(isModelName, 'cannot name a model');
const alias = text.regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/, 'must be an alias, such as champion');
const tagName = text.regex(/^[\w./ -]{1,250}$/, 'cannot name a tag');
const duration = text.transform((written, context) => {
  const length = seconds(written);
  if (length === undefined) {
    context.addIssue({ code: 'custom', message: `must be ${DURATION_RULE}` });
  }
  return length ?? 0;
});
const webUrl = text
  .refine(url => /^https?:\/\//.test(url) && URL.canParse(url), 'must be a URL with http or https')
  .refine(url => !/[@?#]/.test(url), 'must hold neither a user nor a query: credentials are files')
  .transform(url => url.replace(/\/+$/, ''));
const place = text.regex(
  /^(?:mlflow-artifacts|s3|gs|abfss|wasbs):\/(?:[A-Za-z0-9._@/-]*\/)?$/,
  'must be a place such as s3://bucket/models/, with a "/" at its end',
);
const window = z
  .strictObject({ days: text, from: text, to: text, zone: text.optional() }, 'must be a map with days, from and to')
  .superRefine((given, context) => {
    const message = windowMistake(given);
    if (message !== undefined) {
      context.addIssue({ code: 'custom', message });
    }
  });
const gates = z.strictObject(
  {
    tags: z.record(tagName, text).optional(),
    signature: z.literal('compatible', 'must be compatible').optional(),
    metrics: z
      .record(
        text.min(1),
        z
          .strictObject({ min: z.number().optional(), max: z.number().optional() })
          .refine(({ min, max }) => min !== undefined || max !== undefined, 'must have a min or a max'),
      )
      .optional(),
    soak: z
      .strictObject({ environment: label, time: duration })
      .transform(({ environment, time }) => ({ environment, seconds: time }))
      .optional(),
    approval: z.strictObject({ tag: tagName, people: z.array(text.min(1)).min(1, 'must name somebody') }).optional(),
    windows: z.array(window).min(1, 'must hold a window').optional(),
  },
  'must be a map of gates',
);
const canary = z
  .strictObject(
    {
      steps: z
        .array(z.int('must be whole numbers').min(1).max(99))
        .min(1, 'must hold a percent')
        .refine(
          steps => steps.every((step, index) => index === 0 || step > steps[index - 1]!),
          'must be percents from 1 to 99 that ascend',
        ),
      every: duration,
      query: text.min(1).optional(),
      max: z.number('must be a number').optional(),
    },
    'must be a map with steps and every',
  )
  .refine(({ query, max }) => (query === undefined) === (max === undefined), 'must have query and max, or neither')
  .transform(({ steps, every, query, max }): CanaryRules => ({
    steps,
    seconds: every,
    ...(query !== undefined && { query: { text: query, max: max! } }),
  }));
const pickle = z
  .enum(['allowed', 'refused'], 'must be allowed or refused')
  .transform(given => given === 'allowed')
  .optional();
const KNOWN_PLACEHOLDERS = [
  (written: string) => !/\$(?!environment|team|model)/.test(written),
  'may hold $environment, $team and $model, and no other "$"',
] as const;
const values = text
  .regex(
    /^(?:[A-Za-z0-9$][\w.$-]*\/)*[A-Za-z0-9$][\w.$-]*\.ya?ml(?:#[\w$-]+)?$/,
    'must be a file of the repository, such as releases/$environment/$team/$model.yaml',
  )
  .refine(...KNOWN_PLACEHOLDERS);
const deployment = text
  .regex(
    /^[a-z0-9$][a-z0-9$-]*\/[a-z0-9$][a-z0-9.$-]*$/,
    'must be a Deployment with its namespace, such as $team-$environment/$model',
  )
  .refine(...KNOWN_PLACEHOLDERS);
const rule = z.strictObject(
  {
    alias,
    gates: gates.optional(),
    canary: canary.optional(),
    pickle,
    values: values.optional(),
    deployment: deployment.optional(),
  },
  'must be a map with an alias',
);
/** What `promotion.yaml` may hold. */
export const RULES_SCHEMA = z.strictObject(
  {
    registries: z.record(
      label,
      z.strictObject(
        { url: webUrl, link: webUrl.optional(), artifacts: z.array(place).min(1).optional() },
        'must be a map with a url',
      ),
      'must be a map from names to registries',
    ),
    environments: z.record(label, rule, 'must be a map from names of environments to an alias'),
    teams: z.record(
      label,
      z.strictObject(
        {
          registry: text,
          models: z
            .record(
              modelName,
              z.strictObject({
                registered: modelName.optional(),
                environments: z.record(label, rule.partial()).optional(),
              }),
            )
            .optional(),
        },
        'must be a map with a registry',
      ),
      'must be a map from names of teams to a registry',
    ),
  },
  'must be a map with registries, environments and teams',
);
