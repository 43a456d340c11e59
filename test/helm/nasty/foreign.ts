import { ApiObject, Duration, JsonPatch, Lazy, Size } from 'cdk8s';
import { z } from 'zod';
import { ConfigMap, Cpu, Deployment, Env, EnvValue, Service } from 'cdk8s-plus-28';
import { thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, name, names, number, text } from './values';

class Named {
  constructor(
    private readonly first: string,
    private readonly second: string,
  ) {}

  public toString(): string {
    return `${this.first}.${this.second}`;
  }
}

let counter = 0;

export const FOREIGN: readonly Nasty[] = [
  {
    does: 'reads the clock',
    values: { name: text() },
    build: (chart, v, release) => thing(chart, release, { name: v.name, at: `${process.hrtime.bigint()}` }),
    refused:
      '[demo] the construct makes other objects of the same values each time it runs; take the clock, random numbers and counters out of it',
  },
  {
    does: 'draws lots',
    values: { name: text() },
    build: (chart, v, release) => thing(chart, release, { name: v.name, password: String(Math.random()) }),
    refused:
      '[demo] the construct makes other objects of the same values each time it runs; take the clock, random numbers and counters out of it',
  },
  {
    does: 'counts how often it runs',
    values: { name: text() },
    build: (chart, v, release) => thing(chart, release, { name: v.name, turn: ++counter > 100 ? 2 : 1 }),
    refused:
      '[demo] the construct makes other objects of the same values each time it runs; take the clock, random numbers and counters out of it',
  },
  {
    does: 'has lazy values',
    values: { name: text(), count: number(9) },
    build: (chart, v, release) =>
      thing(chart, release, { name: Lazy.any({ produce: () => v.name }), many: Lazy.any({ produce: () => v.count }) }),
    prints: ['name: {{ .Values.name | quote }}', 'many: {{ .Values.count }}'],
  },
  {
    does: 'puts a class into texts',
    values: { one: name('a'), two: name('b') },
    build: (chart, v, release) => thing(chart, release, { host: `${new Named(v.one, v.two)}.svc` }),
    prints: ['host: "{{ .Values.one }}.{{ .Values.two }}.svc"'],
  },
  {
    does: 'uses objects and patches of cdk8s itself',
    values: { name: name('a'), a: flag() },
    build: (chart, v, release) => {
      const object = new ApiObject(chart, 'x', {
        apiVersion: 'v1',
        kind: 'Thing',
        metadata: { name: release.fullname },
        spec: { name: v.name },
      });
      object.metadata.addLabel('team', v.name);
      if (v.a) {
        object.addJsonPatch(JsonPatch.add('/spec/more', { deep: v.name }));
      }
    },
    prints: ['deep: {{ .Values.name | quote }}'],
  },
  {
    does: 'uses durations of cdk8s-plus in seconds',
    values: { grace: number(600, 1), image: name('web') },
    build: (chart, v, release) => {
      new Deployment(chart, 'web', {
        metadata: { name: release.fullname },
        select: false,
        terminationGracePeriod: Duration.seconds(v.grace),
        containers: [{ image: v.image, portNumber: 80 }],
      });
    },
    prints: ['terminationGracePeriodSeconds: {{ .Values.grace }}'],
  },
  {
    does: 'uses durations of cdk8s-plus in minutes',
    values: { grace: number(60, 1) },
    build: (chart, v, release) => {
      new Deployment(chart, 'web', {
        metadata: { name: release.fullname },
        select: false,
        terminationGracePeriod: Duration.minutes(v.grace),
        containers: [{ image: 'web', portNumber: 80 }],
      });
    },
    prints: ['terminationGracePeriodSeconds: {{ mul .Values.grace 60 }}'],
  },
  {
    does: 'uses sizes of cdk8s-plus, which are converted',
    values: { gibibytes: number(64, 1) },
    build: (chart, v, release) => {
      new Deployment(chart, 'web', {
        metadata: { name: release.fullname },
        select: false,
        containers: [
          {
            image: 'web',
            resources: {
              memory: { request: Size.gibibytes(v.gibibytes), limit: Size.gibibytes(v.gibibytes) },
              cpu: { request: Cpu.millis(100), limit: Cpu.millis(200) },
            },
          },
        ],
      });
    },
    prints: ['mul .Values.gibibytes 1024'],
  },
  {
    does: 'uses variables, a config map and a service of cdk8s-plus',
    values: {
      env: z
        .record(z.string().regex(/^[A-Z_]+$/), z.string().min(1))
        .default({})
        .describe('variables'),
      port: number(9000, 1000),
      names: names(),
    },
    build: (chart, v, release) => {
      const config = new ConfigMap(chart, 'config', {
        metadata: { name: `${release.fullname}-config` },
        data: { ...v.env },
      });
      const web = new Deployment(chart, 'web', {
        metadata: { name: release.fullname },
        select: false,
        containers: [
          {
            image: 'web',
            portNumber: v.port,
            args: ['run', ...v.names],
            envVariables: { MODE: EnvValue.fromValue('x') },
          },
        ],
      });
      web.containers[0]!.env.copyFrom(Env.fromConfigMap(config));
      new Service(chart, 'service', { metadata: { name: release.fullname }, ports: [{ port: v.port }], selector: web });
    },
    prints: ['containerPort: {{ .Values.port }}'],
  },
  {
    does: 'refuses values that the schema allows',
    values: { name: name('a') },
    build: (chart, v, release) => {
      if (v.name.length > 10) {
        throw new Error(`the name ${v.name.slice(0, 0)}is too long`);
      }
      thing(chart, release, { name: v.name });
    },
    refused:
      '[demo] the schema allows values that the construct refuses: the name is too long (with {"name":"q8vu--wv4-l"}); say the rule in the schema too, with a pattern, bounds or a choice',
  },
  {
    does: 'does not use a value',
    values: { name: name('a'), unused: text() },
    build: (chart, v, release) => thing(chart, release, { name: v.name }),
    refused:
      "[demo] the value `unused` changes nothing in the chart's objects; use it in the construct, or take it out of the schema",
  },
  {
    does: 'uses the name, the namespace and the versions of the release',
    values: { name: name('a') },
    build: (chart, v, release) =>
      thing(chart, release, {
        host: `${release.fullname}.${release.namespace}.svc`,
        name: release.name,
        version: release.appVersion,
        chart: release.chart,
        x: v.name,
      }),
    prints: [
      'host: "{{ include "demo.fullname" . }}.{{ .Release.Namespace }}.svc"',
      'chart: {{ include "demo.chart" . | quote }}',
    ],
  },
];
