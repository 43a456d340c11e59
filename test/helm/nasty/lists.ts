import { z } from 'zod';
import { configMap, thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, label, map, name, names, objects } from './values';

const hosts = objects({ name: label().describe('a name'), tls: z.boolean().describe('a flag') });

export const LISTS: readonly Nasty[] = [
  {
    does: 'numbers the items of a list',
    values: { names: names() },
    build: (chart, v, release) =>
      thing(chart, release, { items: v.names.map((each: string, index: number) => ({ each, priority: index + 1 })) }),
    refused:
      '[demo: Thing/<fullname> spec.items[1].priority] with names: ["global","zvum"] the construct prints 2, where the best template prints 1; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'takes the first item',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { first: v.names[0], on: true }),
    refused:
      '[Thing/<fullname> spec.first] one item of `names` is used here, outside of a loop over all of them: by its index, by a search, or in a text that joins them; make an item or an entry for each of them with .map(), or declare a value of its own for this one',
  },
  {
    does: 'prints how many items there are',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { count: v.names.length, names: v.names }),
    refused:
      '[demo: Thing/<fullname> spec.count] with names: ["global","zvum"] the construct prints 2, where the best template prints 1; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'joins a list',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { names: v.names.join(',') }),
    prints: ['names: {{ join "," .Values.names | quote }}'],
  },
  {
    does: 'joins large numbers',
    values: {
      ids: z.array(z.int().min(0)).default([]).describe('numbers'),
      rows: z.array(z.array(z.int())).default([]).describe('rows'),
    },
    build: (chart, v, release) =>
      thing(chart, release, {
        ids: v.ids.join(','),
        rows: v.rows.map((row: number[]) => ({ cells: row.join(' ') })),
      }),
    prints: ['{{- $parts = append $parts (int64 $id) }}'],
  },
  {
    does: 'joins small numbers',
    values: { ports: z.array(z.int().min(1).max(65_535)).default([]).describe('ports') },
    build: (chart, v, release) => thing(chart, release, { ports: v.ports.join(',') }),
    prints: ['ports: {{ join "," .Values.ports | quote }}'],
  },
  {
    does: 'joins a list behind other texts',
    values: { names: names(), a: flag() },
    build: (chart, v, release) =>
      thing(chart, release, {
        hosts: ['localhost', ...(v.a ? ['all'] : []), ...v.names.map((each: string) => `${each}.svc:80`)].join(','),
      }),
    prints: ['{{- $parts = append $parts (printf "%s.svc:80" $name) }}'],
  },
  {
    does: 'joins a list inside of a longer text',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { args: [`--hosts=${v.names.join(',')}`] }),
    refused:
      '[demo: Thing/<fullname> spec.args[0]] with names: ["global","zvum"] the construct prints "--hosts=global,zvum", where the best template prints "--hosts=global,--hosts=zvum"; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'filters a list by a flag of its items',
    values: { hosts },
    build: (chart, v, release) =>
      thing(chart, release, { on: ['x', ...v.hosts.filter((host: any) => host.tls).map((host: any) => host.name)] }),
    prints: ['{{- if $host.tls }}'],
  },
  {
    does: 'leaves a filtered list out when nothing is left of it',
    values: { hosts },
    build: (chart, v, release) => {
      const on = v.hosts.filter((host: any) => host.tls).map((host: any) => host.name);
      thing(chart, release, { tls: on.length > 0 ? on : undefined, on: true });
    },
    refused:
      '[Thing/<fullname> spec.tls] no simple condition tells when this is there; it is with hosts[].tls on instead of off; declare a boolean or a choice among the values that says it',
  },
  {
    does: 'asks whether any item has a flag',
    values: { hosts },
    build: (chart, v, release) =>
      thing(chart, release, {
        secure: v.hosts.some((host: any) => host.tls),
        hosts: v.hosts.map((host: any) => host.name),
      }),
    refused:
      '[Thing/<fullname> spec.secure] no simple condition tells when this is there; it is with hosts[].tls on instead of off; declare a boolean or a choice among the values that says it',
  },
  {
    does: 'makes the same of each item',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { all: ['x', ...v.names.map(() => ({ deep: true }))] }),
    prints: ['{{- range $name := .Values.names }}'],
  },
  {
    does: 'chooses a text by a flag of each item',
    values: { hosts: objects({ tls: z.boolean().describe('a flag') }) },
    build: (chart, v, release) =>
      thing(chart, release, { schemes: v.hosts.map((host: any) => (host.tls ? 'https' : 'http')) }),
    prints: ['- {{ ternary "https" "http" $host.tls | quote }}'],
  },
  {
    does: 'puts two loops into one list',
    values: { one: names(), two: names() },
    build: (chart, v, release) =>
      thing(chart, release, {
        all: ['x', ...v.one.map((each: string) => `one-${each}`), ...v.two.map((each: string) => `two-${each}`)],
      }),
    prints: ['{{- range $one := .Values.one }}', '{{- range $two := .Values.two }}'],
  },
  {
    does: 'loops twice over one list',
    values: { names: names() },
    build: (chart, v, release) =>
      thing(chart, release, {
        all: ['x', ...v.names.map((each: string) => `one-${each}`), ...v.names.map((each: string) => `two-${each}`)],
      }),
    prints: ['- "two-{{ $name }}"'],
  },
  {
    does: 'combines each item of a list with each entry of a map',
    values: { names: names(), labels: map() },
    build: (chart, v, release) =>
      thing(chart, release, {
        on: ['x', ...v.names.flatMap((each: string) => Object.entries(v.labels).map(([key]) => `${each}-${key}`))],
      }),
    prints: ['{{- range $name := .Values.names }}', '{{- range $key, $value := $.Values.labels }}'],
  },
  {
    does: 'combines them the other way round',
    values: { names: names(), labels: map() },
    build: (chart, v, release) =>
      thing(chart, release, {
        on: ['x', ...Object.entries(v.labels).flatMap(([key]) => v.names.map((each: string) => `${each}-${key}`))],
      }),
    refused:
      '[demo: Thing/<fullname> spec.on[2]] with names: ["global","zvum"], labels: {"true":"\\"q\\"","off":"\u{8696e}\u{c30f1}\u0262\u021f\u03f3\u{f6b14}\u{c7afe}\u{e194f}\u{8f0cd}\uadcf"} the construct prints "zvum-off", where the best template prints "global-true"; declare a boolean or a choice among the values that tells the two cases apart',
  },
  {
    does: 'nests lists that may be empty',
    values: { rules: objects({ host: label().describe('a host'), paths: z.array(label()).describe('paths') }) },
    build: (chart, v, release) =>
      thing(chart, release, {
        rules: v.rules.map((rule: any) => ({
          host: rule.host,
          paths: rule.paths.length > 0 ? rule.paths.map((path: string) => ({ path })) : undefined,
        })),
      }),
    prints: ['{{- range $rule := .Values.rules }}', '{{- range $path := $rule.paths }}'],
  },
  {
    does: 'flattens lists in lists',
    values: { rules: objects({ host: label().describe('a host'), paths: z.array(label()).describe('paths') }) },
    build: (chart, v, release) =>
      thing(chart, release, {
        on: ['x', ...v.rules.flatMap((rule: any) => rule.paths.map((path: string) => `${rule.host}/${path}`))],
      }),
    prints: ['- "{{ $rule.host }}/{{ $path }}"'],
  },
  {
    does: 'wraps each item into a list of its own',
    values: { names: names() },
    build: (chart, v, release) =>
      thing(chart, release, { rules: ['x', ...v.names.map((each: string) => ({ from: [{ name: each }] }))] }),
    prints: ['{{- range $name := .Values.names }}'],
  },
  {
    does: 'puts all items into one inner list',
    values: { names: names() },
    build: (chart, v, release) =>
      thing(chart, release, {
        rules: v.names.length === 0 ? undefined : [{ from: v.names.map((each: string) => ({ name: each })) }],
        on: true,
      }),
    prints: ['{{- if .Values.names }}'],
  },
  {
    does: 'sorts a list',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { names: v.names.toSorted() }),
    refused:
      '[demo: Thing/<fullname> spec.names[0]] with names: ["xxxxxxxxxxxxxxxxxxxx","f"] the construct prints "f", where the best template prints "xxxxxxxxxxxxxxxxxxxx"; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'takes what is twice in a list once',
    values: { names: names() },
    build: (chart, v, release) => thing(chart, release, { names: [...new Set(v.names)] }),
    refused:
      '[demo: Thing/<fullname> spec.names] with names: ["xxxxxxxxxxxxxxxxxxxx","xxxxxxxxxxxxxxxxxxxx"] the construct prints ["xxxxxxxxxxxxxxxxxxxx"], where the best template prints ["xxxxxxxxxxxxxxxxxxxx","xxxxxxxxxxxxxxxxxxxx"]; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'defines an object for each item',
    values: { hosts },
    build: (chart, v, release) => {
      thing(chart, release, { on: true });
      const known = new Set();
      v.hosts.forEach((host: any, index: number) => {
        if (!known.has(host.name)) {
          configMap(chart, `${release.fullname}-${host.name}`, { tls: String(host.tls) });
        }
        known.add(host.name);
        void index;
      });
    },
    refused:
      '[demo: ConfigMap/<fullname>-null#2] with hosts: [{"name":"null","tls":false},{"name":"null","tls":false}] the construct prints nothing, where the best template prints "(the object)"; print each item of the list as .map() does, whatever its index and the items beside it, or declare what is counted or joined as a value of its own',
  },
  {
    does: 'defines an object for each entry of a map',
    values: { users: map() },
    build: (chart, v, release) => {
      thing(chart, release, { on: true });
      Object.entries(v.users).forEach(([user, value]) => configMap(chart, `${release.fullname}-${user}`, { value }));
    },
    prints: ['{{- range $key, $value := .Values.users }}\n---'],
  },
  {
    does: 'lets a name decide what an item is called',
    values: { a: flag(), secret: name() },
    build: (chart, v, release) =>
      thing(chart, release, {
        volumes: [
          { name: v.a ? 'warm' : 'cold', size: 1 },
          ...(v.secret ? [{ name: 'keys', secret: v.secret }] : []),
          { name: 'tmp' },
        ],
      }),
    prints: ['{{- with .Values.secret }}', 'secret: {{ . | quote }}'],
  },
];
