import { z } from 'zod';
import { opaqueList, opaqueMap } from '../../../lib/helm/values/opaque';
import { configMap, thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, label, map, text } from './values';

export const MAPS: readonly Nasty[] = [
  {
    does: 'sorts the entries of a map backwards',
    values: { env: map() },
    build: (chart, v, release) =>
      thing(chart, release, {
        env: [
          'x',
          ...Object.entries(v.env)
            .reverse()
            .map(([name, value]) => ({ name, value })),
        ],
      }),
    refused:
      '[demo: Thing/<fullname> spec.env[1].name] with env: {"a-b":"Ujx<gAFM","b5j1w1df-v6":"."} the construct prints "b5j1w1df-v6", where the best template prints "a-b"; print the entries of env in the order of their keys and whatever they are, and let a pattern refuse keys that are treated in another way',
  },
  {
    does: 'prints a map as a list in the order of its keys',
    values: { env: map() },
    build: (chart, v, release) =>
      thing(chart, release, {
        env: Object.entries(v.env)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, value]) => ({ name, value })),
      }),
    prints: ['- name: {{ $key | quote }}'],
  },
  {
    does: 'takes keys that JavaScript sorts as numbers',
    values: {
      ports: z
        .record(z.string().regex(/^[0-9]+$/), z.string())
        .default({})
        .describe('ports'),
    },
    build: (chart, v, release) => thing(chart, release, { ports: ['x', ...Object.keys(v.ports)] }),
    refused:
      '[demo: Thing/<fullname> spec.ports[1]] with ports: {"568880":"ˈ㶘","1000000":"2% z2\\\\>9US"} the construct prints "568880", where the best template prints "1000000"; print the entries of ports in the order of their keys and whatever they are, and let a pattern refuse keys that are treated in another way',
  },
  {
    does: 'makes a map of a list',
    values: { names: z.array(label().max(8)).default([]).describe('names') },
    build: (chart, v, release) =>
      thing(chart, release, { by: Object.fromEntries(v.names.map((each: string) => [each, true])), on: true }),
    refused:
      '[demo: templates] with names: ["xxxxxxxx","xxxxxxxx"] the key "xxxxxxxx" would stand in a map twice; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'lets labels of the construct win over those of the user',
    values: { labels: opaqueMap('labels') },
    build: (chart, v, release) => thing(chart, release, { labels: { ...v.labels, app: 'demo' } }),
    prints: ['{{- with omit .Values.labels "app" }}'],
  },
  {
    does: 'lets labels of the user win over those of the construct',
    values: { labels: opaqueMap('labels') },
    build: (chart, v, release) => thing(chart, release, { labels: { app: 'demo', ...v.labels } }),
    prints: ['{{- if not (hasKey .Values.labels "app") }}'],
  },
  {
    does: 'lets a fixed file win over files of the user',
    values: { files: map() },
    build: (chart, v, release) => configMap(chart, release.fullname, { ...v.files, config: 'fixed' }),
    prints: ['{{- if not (has $key (list "config")) }}'],
  },
  {
    does: 'puts an opaque list behind items of its own',
    values: { extra: opaqueList('volumes'), a: flag() },
    build: (chart, v, release) =>
      thing(chart, release, { volumes: [{ name: 'tmp' }, ...(v.a ? [{ name: 'a' }] : []), ...v.extra] }),
    prints: ['{{- with .Values.extra }}'],
  },
  {
    does: 'looks into an opaque structure',
    values: { resources: opaqueMap('resources') },
    build: (chart, v, release) => thing(chart, release, { cpu: v.resources['cpu'], resources: v.resources }),
    refused:
      '[demo: Thing/<fullname> spec.cpu] with resources: {"cpu":"from-the-user"} the construct prints "from-the-user", where the best template prints nothing; print the entries of resources in the order of their keys and whatever they are, and let a pattern refuse keys that are treated in another way',
  },
  {
    does: 'puts the keys of an opaque structure into a list',
    values: { labels: opaqueMap('labels') },
    build: (chart, v, release) => thing(chart, release, { keys: ['x', ...Object.keys(v.labels)] }),
    refused:
      '[Thing/<fullname> spec.keys[1]] "qvaakz" and "qvaalz" are computed from values in a way that a template cannot repeat; use the value as it is, or a text around it, or declare the result as a value of its own',
  },
  {
    does: 'names a key after a value',
    values: {
      key: z
        .string()
        .regex(/^[a-z]{1,8}$/)
        .default('app')
        .describe('a key'),
      value: text(),
    },
    build: (chart, v, release) => thing(chart, release, { selector: { [v.key]: v.value } }),
    prints: ['{{ .Values.key | quote }}: {{ .Values.value | quote }}'],
  },
  {
    does: 'has a map that is empty with some values',
    values: { a: flag(), labels: opaqueMap('labels') },
    build: (chart, v, release) => thing(chart, release, { labels: { ...v.labels, ...(v.a ? { a: 'b' } : {}) } }),
    refused:
      '[demo] it is not clear what happens to "a" in `labels`, where the construct sets the same keys; let one of the two win everywhere, or refuse these keys with a pattern',
  },
  {
    does: 'treats the tag latest in a way of its own',
    values: { tag: text('1.0') },
    build: (chart, v, release) =>
      thing(chart, release, { image: `x:${v.tag}`, pull: v.tag === 'latest' ? 'Always' : 'IfNotPresent' }),
    refused:
      '[demo: Thing/<fullname> spec.pull] with tag: "latest" the construct prints "Always", where the best template prints "IfNotPresent"; print tag as it is; if something depends on what it says, declare a boolean or a choice for that, or narrow its pattern to what is treated alike',
  },
  {
    does: 'asks whether a map has a key',
    values: { env: map() },
    build: (chart, v, release) => thing(chart, release, { env: v.env, debug: 'debug' in v.env }),
    refused:
      '[demo: Thing/<fullname> spec.debug] with env: {"debug":"from-the-user"} the construct prints true, where the best template prints false; print the entries of env in the order of their keys and whatever they are, and let a pattern refuse keys that are treated in another way',
  },
];
