import * as fc from 'fast-check';
import { translate } from '../../lib/helm/translate';
import type { Json } from '../../lib/helm/value-node';
import { printedBy } from '../helm/charts';
import { sampleChart } from '../helm/sample-chart';
import { HELMS } from './helm/binaries';
import { MutantTrial } from './helm/mutant-trial';
import { mutantsOf } from './helm/mutants';
import { CHARTS, folderOf } from './helm/published';
import { SmallChart } from './helm/small-chart';
import { SURVIVORS as PUBLISHED_SURVIVORS } from './helm/survivors';
import { describeJudged } from './judge';

/** Samples to tell a mutant by, few at first: most need no more. */
const STEPS = [4, 24, 80];

/** Without what `toYaml` of Helm changes in structures: control characters that YAML allows only as escapes. */
const isSafe = (values: Json): boolean => {
  const { podLabels, resources, volumes } = values as Record<string, Json>;
  return !/[\u007f-\u009f\u2028\u2029\ufeff]/.test(JSON.stringify([podLabels, resources, volumes]));
};

/** Texts that YAML misreads where they can stand, and what only chance would bring. */
const HARD: Json = {
  image: { repository: 'yes', tag: '1.10' },
  replicas: 0,
  autoscaling: { enabled: true, max: 1_000_000 },
  level: 'debug',
  note: '012',
  env: { y: '1e3', NO: '~' },
  hosts: [
    { name: 'null', tls: true, paths: ['/a', '/'] },
    { name: 'on', tls: false, paths: [] },
  ],
  secret: 'no',
  podLabels: { 'app.kubernetes.io/name': 'other', team: 'a' },
  resources: { limits: { cpu: '1' } },
  volumes: [{ name: 'a' }],
};

/** Mutants that no sample tells, with the reason. */
const SURVIVORS: Readonly<Record<string, string>> = {
  'a quote dropped: name: {{ include "demo.fullname" . | quote }}': 'no full name is read as anything but a text',
  'a quote dropped: - backend: {{ include "demo.fullname" $ | quote }}': 'the same name',
  'a quote dropped: checksum: {{ include "demo.run.sh" . | printf "%s\\n" | sha256sum | trunc 16 | quote }}':
    'one checksum in a thousand has no letter',
  'a quote dropped: path: {{ $path | quote }}': 'the pattern wants a slash at the start',
};

describe('Samples of values', () => {
  const [helm] = HELMS;
  describeJudged(helm!.name, helm!.missing, () => {
    it('tell a template from any with one mistake', async () => {
      const source = sampleChart(2000);
      const templates = printedBy(source, translate(source).tree);
      const samples = [HARD, HARD, ...source.samples.filter(isSafe)];
      const chart = new SmallChart(source);
      try {
        expect(await chart.difference(helm!, templates, samples.slice(0, STEPS.at(-1)))).toBeUndefined();
        const survivors: string[] = [];
        for (const mutant of mutantsOf(templates)) {
          let found: string | undefined;
          for (const [index, step] of STEPS.entries()) {
            found ??= await chart.difference(helm!, mutant.templates, samples.slice(STEPS[index - 1] ?? 0, step));
          }
          if (found === undefined) {
            survivors.push(mutant.mistake);
          }
        }
        expect([...new Set(survivors)].sort()).toEqual(Object.keys(SURVIVORS).sort());
      } finally {
        chart.remove();
      }
    }, 900_000);
  });
});

/** Charts whose survivors are known, with their reasons. */
const SETTLED = ['team-namespace'];
/** Random values by which mutants of published charts are told: all values given, and only some of them. */
const WHOLE = 24;
const PARTS = 8;

describe('Values of published charts', () => {
  const [helm] = HELMS;
  describeJudged(helm!.name, helm!.missing, () => {
    const known = new Set<RegExp>();

    it.each(CHARTS.filter(({ name }) => SETTLED.includes(name)))(
      'tell the templates of $name from any with one mistake',
      async chart => {
        const values = [
          ...fc.sample(chart.samples.whole(), { numRuns: WHOLE, seed: 7 }),
          ...fc.sample(chart.samples.given(), { numRuns: PARTS, seed: 8 }),
        ];
        const trial = new MutantTrial(helm!, chart, folderOf(chart), values);
        try {
          expect(await trial.disagreements()).toEqual([]);
          const mutants = trial.mutants();
          const survivors = await trial.survivors(mutants);
          const unknown = survivors.filter(({ mistake }) => {
            const reasons = PUBLISHED_SURVIVORS.filter(([form]) => form.test(mistake));
            reasons.forEach(([form]) => known.add(form));
            return reasons.length === 0;
          });
          expect(unknown.map(({ file, mistake }) => `${file}: ${mistake}`)).toEqual([]);
          expect(survivors.length).toBeLessThan(mutants.length / 2);
        } finally {
          trial.remove();
        }
      },
      1_800_000,
    );

    it('tell all but those that are listed', () => {
      expect(PUBLISHED_SURVIVORS.filter(([form]) => !known.has(form))).toEqual([]);
    });
  });
});
