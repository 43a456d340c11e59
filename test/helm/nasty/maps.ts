import { z } from 'zod';
import { opaqueList, opaqueMap } from '../../../lib/helm/opaque';
import { configMap, thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, map, names, text } from './values';

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
    refused: '?',
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
    refused: '?',
  },
  {
    does: 'makes a map of a list',
    values: { names: names() },
    build: (chart, v, release) =>
      thing(chart, release, { by: Object.fromEntries(v.names.map((each: string) => [each, true])), on: true }),
    refused: '?',
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
    refused: '?',
  },
  {
    does: 'puts the keys of an opaque structure into a list',
    values: { labels: opaqueMap('labels') },
    build: (chart, v, release) => thing(chart, release, { keys: ['x', ...Object.keys(v.labels)] }),
    refused: '?',
  },
  {
    does: 'names a key after a value',
    values: {
      key: z
        .string()
        .regex(/^[a-z]+$/)
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
    prints: ['labels: {}'],
  },
  {
    does: 'treats the tag latest in a way of its own',
    values: { tag: text('1.0') },
    build: (chart, v, release) =>
      thing(chart, release, { image: `x:${v.tag}`, pull: v.tag === 'latest' ? 'Always' : 'IfNotPresent' }),
    refused: '?',
  },
  {
    does: 'asks whether a map has a key',
    values: { env: map() },
    build: (chart, v, release) => thing(chart, release, { env: v.env, debug: 'debug' in v.env }),
    refused: '?',
  },
];
