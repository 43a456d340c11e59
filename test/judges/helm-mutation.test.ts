import { translate } from '../../lib/helm/translate';
import type { Json } from '../../lib/helm/values/value-node';
import { printedBy } from '../helm/charts';
import { sampleChart } from '../helm/sample-chart';
import { HELMS } from './helm/binaries';
import { MutantTrial } from './helm/mutant-trial';
import { KINDS, mutantsOf, type Mutant } from './helm/mutants';
import { CHARTS, folderOf } from './helm/published';
import { roundsOf } from './helm/rounds';
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
  'a quote dropped: - "--level={{ .Values.level }}"': 'it begins with two dashes',
  'a quote dropped: image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"':
    'Go takes no text with a colon in it for a number',
  'a quote dropped: name: "{{ include "demo.fullname" . }}-scaling"': 'a letter first, and a dash behind it',
  'a quote dropped: name: "{{ include "demo.fullname" . }}-script"': 'a letter first, and a dash behind it',
  ...Object.fromEntries(
    ['$release', 'printf "%s-%s" $name $release', 'printf "%s-%s" $release $name'].flatMap(name =>
      ['a range widened', 'a step left out'].map(kind => [
        `${kind}: {{- ${name} | trunc 63 | trimSuffix "-" }}`,
        'the name of a release has 53 letters at most, and the name of the chart four',
      ]),
    ),
  ),
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

/** Mistakes that cannot be made in a chart: its integers stay below a million, which Helm prints as they are. */
const NOT_MADE: Readonly<Record<string, readonly string[]>> = {
  'team-namespace': ['an int64 dropped'],
  minio: ['an int64 dropped'],
  'model-api': ['an int64 dropped'],
};

describe('Values of published charts', () => {
  const [helm] = HELMS;
  describeJudged(helm!.name, helm!.missing, () => {
    const known = new Set<RegExp>();

    it.each(CHARTS)(
      'tell the templates of $name from any with one mistake',
      async chart => {
        const trial = new MutantTrial(helm!, chart, folderOf(chart), roundsOf(chart));
        expect(await trial.disagreements()).toEqual([]);
        const mutants = trial.mutants();
        expect(KINDS.filter(kind => mutants.every(mutant => mutant.kind !== kind))).toEqual(NOT_MADE[chart.name] ?? []);
        const survivors = await trial.survivors(mutants);
        process.stderr.write(table(chart.name, mutants, survivors));
        const unknown = survivors.flatMap(({ file, mistake }) => {
          const what = `${chart.name}/${file}: ${mistake}`;
          const reasons = PUBLISHED_SURVIVORS.filter(([form]) => form.test(what));
          reasons.forEach(([form]) => known.add(form));
          return reasons.length === 0 ? [what] : [];
        });
        expect(unknown).toEqual([]);
      },
      1_800_000,
    );

    it('tell all but those that are listed', () => {
      expect(PUBLISHED_SURVIVORS.filter(([form]) => !known.has(form))).toEqual([]);
    });
  });
});

/** How many mistakes of each kind were made, and how many of them were told. */
function table(chart: string, mutants: readonly Mutant[], survivors: readonly Mutant[]): string {
  const lines = KINDS.map(kind => {
    const [made, left] = [mutants, survivors].map(all => all.filter(mutant => mutant.kind === kind).length);
    return `  ${kind}: ${made}, ${made! - left!} told\n`;
  });
  return `${chart}: ${mutants.length} mistakes, ${mutants.length - survivors.length} told\n${lines.join('')}`;
}
