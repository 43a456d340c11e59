import { createHash } from 'node:crypto';
import { z } from 'zod';
import { checksum } from '../../../lib/core/checksum';
import { derivedValue } from '../../../lib/core/derived-value';
import { configMap, thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, name, names, number, text } from './values';

const quotable = z
  .string()
  .regex(/^[A-Za-z0-9 .:/-]*$/)
  .default('x')
  .describe('a plain text');

export const TEXTS: readonly Nasty[] = [
  {
    does: 'cuts a text',
    values: { name: text('something') },
    build: (chart, v, release) => thing(chart, release, { name: v.name.slice(0, 3) }),
    refused:
      '[demo: Thing/<fullname> spec.name] with name: "\\"\\\\\\n\u2028<é" the construct prints "\\"\\\\\\n", where the best template prints "qva"; print name as it is; if something depends on what it says, declare a boolean or a choice for that, or narrow its pattern to what is treated alike',
  },
  {
    does: 'prints a text in capitals',
    values: { name: name('x') },
    build: (chart, v, release) => thing(chart, release, { name: v.name.toUpperCase() }),
    refused:
      '[Thing/<fullname> spec.name] "QVAAKZ" and "QVAALZ" are computed from values in a way that a template cannot repeat; use the value as it is, or a text around it, or declare the result as a value of its own',
  },
  {
    does: 'prints JSON of a text that may hold anything',
    values: { note: text() },
    build: (chart, v, release) => thing(chart, release, { json: JSON.stringify({ note: v.note }) }),
    refused:
      '[demo: Thing/<fullname> spec.json] with note: "\\"\\\\\\n\u2028<é" the construct prints "{\\"note\\":\\"\\\\\\"\\\\\\\\\\\\n\u2028<é\\"}", where the best template prints "{\\"note\\":\\"\\\\\\"\\\\\\\\\\\\n\\\\u2028<é\\"}"; print note as it is; if something depends on what it says, declare a boolean or a choice for that, or narrow its pattern to what is treated alike',
  },
  {
    does: 'prints JSON of a line that may need escapes',
    values: {
      note: z
        .string()
        .regex(/^[ -~]*$/)
        .default('x')
        .describe('a line'),
    },
    build: (chart, v, release) => thing(chart, release, { json: JSON.stringify({ note: v.note }) }),
    prints: ['{{ printf "{\\"note\\":%s}" (.Values.note | toRawJson) | quote }}'],
  },
  {
    does: 'prints JSON of a text that needs none',
    values: { note: quotable },
    build: (chart, v, release) => thing(chart, release, { json: JSON.stringify({ note: v.note }) }),
    prints: [`json: '{"note":"{{ .Values.note }}"}'`],
  },
  {
    does: 'prints a file of JSON with parts that come and go',
    values: {
      note: quotable,
      port: number(65_535, 1),
      a: flag(),
      level: z.enum(['info', 'debug']).default('info').describe('a level'),
    },
    build: (chart, v, release) =>
      configMap(chart, release.fullname, {
        'config.json': `${JSON.stringify({ note: v.note, port: v.port, ...(v.a ? { a: { deep: [1, 2] } } : {}), level: v.level }, null, 2)}\n`,
      }),
    prints: ['config.json: |', '"port": {{ .Values.port }},', '{{- if .Values.a }}'],
  },
  {
    does: 'prints a script with lines that come and go, and its checksum',
    values: { user: name('root'), a: flag(), names: names() },
    build: (chart, v, release) => {
      const script = `#!/bin/sh\nset -e\n${v.a ? `echo ${v.user}\n` : ''}${v.names.map((each: string) => `add ${each}\n`).join('')}exit 0\n`;
      configMap(chart, release.fullname, { 'run.sh': script });
      thing(chart, release, { checksum: checksum(script) });
    },
    prints: [
      '{{ include "demo.run.sh" . | printf "%s\\n" | sha256sum | trunc 16 | quote }}',
      '{{- include "demo.run.sh" . | nindent 4 }}',
    ],
  },
  {
    does: 'prints a text of lines that may end lines themselves',
    values: { motd: text(), a: flag() },
    build: (chart, v, release) =>
      configMap(chart, release.fullname, { motd: `welcome\n${v.a ? `${v.motd}\n` : ''}bye\n` }),
    prints: ['motd'],
  },
  {
    does: 'takes a checksum that nobody reports',
    values: { name: name('x') },
    build: (chart, v, release) => thing(chart, release, { hash: createHash('sha256').update(v.name).digest('hex') }),
    refused:
      '[Thing/<fullname> spec.hash] "e3f87c0ca9714f9771c01539bfb7734a9eaba030f87a713e78842ddffffb28ad" and "7b1c011c43be0ebb51b2bff238a16348c2b7369b2d0cc1f7bfe14235e0275696" are computed from values in a way that a template cannot repeat; use the value as it is, or a text around it, or declare the result as a value of its own',
  },
  {
    does: 'takes a checksum that is reported',
    values: { name: name('x') },
    build: (chart, v, release) =>
      thing(chart, release, { hash: checksum(v.name), other: checksum(`${release.fullname}/${v.name}`) }),
    prints: [
      'hash: {{ .Values.name | sha256sum | trunc 16 | quote }}',
      '{{ printf "%s/%s" (include "demo.fullname" .) .Values.name | sha256sum | trunc 16 | quote }}',
    ],
  },
  {
    does: 'computes with a function that Go does not have',
    values: { name: name('x') },
    build: (chart, v, release) =>
      thing(chart, release, { it: derivedValue('reverse', [v.name], [...v.name].reverse().join('')) }),
    refused:
      '[Thing/<fullname> spec.it] the value is computed by "reverse", which templates do not have; use one of checksum, sha256, base64',
  },
  {
    does: 'encodes a text in base64',
    values: { name: name('x') },
    build: (chart, v, release) =>
      thing(chart, release, { it: derivedValue('base64', [v.name], Buffer.from(v.name).toString('base64')) }),
    prints: ['it: {{ .Values.name | b64enc | quote }}'],
  },
  {
    does: 'prints actions of templates as they are',
    values: { name: text() },
    build: (chart, v, release) =>
      thing(chart, release, {
        rule: '{{ $labels.pod }} is down',
        other: `{{ x }} ${v.name} 100% {{`,
        file: 'a {{ b }}\n{{ c }}\n',
      }),
    prints: ['{{ "{{" }} $labels.pod }}'],
  },
  {
    does: 'prints texts that YAML would misread',
    values: { name: text() },
    build: (chart, v, release) =>
      thing(chart, release, {
        list: ['yes', '012', '1e3', '~', 'a: b', '# c', ' x ', '', '\u0085', 'null', '- a', "it's", '0o17', '<<', '='],
        name: v.name,
        y: 'on',
      }),
    prints: ['- "012"'],
  },
  {
    does: 'puts a level into a longer text',
    values: { level: z.enum(['info', 'debug', 'warn']).default('info').describe('a level') },
    build: (chart, v, release) => thing(chart, release, { args: ['run', `--level=${v.level}`, '--end'] }),
    prints: ['- "--level={{ .Values.level }}"'],
  },
  {
    does: 'puts a choice with an apostrophe between quotes',
    values: { who: z.enum(["it's me", 'you']).default("it's me").describe('a person') },
    build: (chart, v, release) => thing(chart, release, { said: `say "${v.who}"` }),
    prints: [`said: "say \\"{{ .Values.who }}\\""`],
  },
  {
    does: 'puts a text with an apostrophe where a value is empty',
    values: { who: name() },
    build: (chart, v, release) => thing(chart, release, { single: `say "${v.who || "it's me"}"` }),
    prints: [`single: "say \\"{{ .Values.who | default "it's me" }}\\""`],
  },
  {
    does: 'prints choices that end lines or that YAML does not print',
    values: { it: z.enum(['b\rc', 'd\u2028e', '\u0085', '\u0007', '\ufffe']).default('b\rc').describe('a choice') },
    build: (chart, v, release) =>
      thing(chart, release, {
        line: `x ${v.it} y`,
        block: `one\nx ${v.it}.\nthree`,
        folded: `${'word '.repeat(34)}${v.it} x`,
      }),
    prints: ['line: {{ printf "x %s y" .Values.it | quote }}'],
  },
  {
    does: 'prints such texts where a value is empty',
    values: { it: name() },
    build: (chart, v, release) =>
      thing(chart, release, {
        line: `x ${v.it || 'a\rb'} y`,
        other: `x ${v.it || 'a\u2028b'} y`,
        block: `one\nx ${v.it || 'a\tb\rc'}.\nthree`,
        folded: `${'word '.repeat(34)}${v.it || 'a\u0085b'} x`,
      }),
    prints: ['line: {{ printf "x %s y" (.Values.it | default "a\\rb") | quote }}'],
  },
  {
    does: 'prints a long list of texts that begin with a value that may be empty',
    values: { prefix: name() },
    build: (chart, v, release) =>
      thing(chart, release, {
        spaces: Array.from({ length: 12 }, (_, index) => `${v.prefix} feature-${index}`).join(','),
        dashes: Array.from({ length: 12 }, (_, index) => `${v.prefix}-feature-${index}`).join(','),
      }),
    prints: [',{{ .Values.prefix }} feature-4,', ',\\\n    {{ .Values.prefix }}-feature-'],
  },
  {
    does: 'takes the checksum of one of several texts',
    values: { kind: z.enum(['x', 'z', 'w']).default('x').describe('a kind'), a: flag(), note: quotable },
    build: (chart, v, release) =>
      thing(chart, release, {
        two: checksum(v.a ? `on ${v.note}` : 'off'),
        three: checksum(v.kind === 'x' ? 'A' : v.kind === 'z' ? v.note : `b${v.note}`),
        twice: checksum(checksum(`one ${v.note}\n${v.a ? 'two\n' : ''}`)),
      }),
    prints: ['three: {{ include "demo.'],
  },
  {
    does: 'takes the checksum of numbers and of flags',
    values: { port: number(9_000_000, 1), small: number(), a: flag(), name: name() },
    build: (chart, v, release) =>
      thing(chart, release, {
        port: checksum(String(v.port)),
        small: checksum(String(v.small)),
        sum: checksum(String(v.small + 1)),
        flag: checksum(String(v.a)),
        either: checksum(v.name || String(v.small)),
        more: checksum(`x ${v.name || String(v.port)}`),
      }),
    prints: ['port: {{ int64 .Values.port | toString | sha256sum | trunc 16 | quote }}'],
  },
  {
    does: 'prints texts whose ends a helper would trim, and their checksums',
    values: { note: quotable, a: flag(), b: flag(), names: names() },
    build: (chart, v, release) => {
      const texts = {
        ends: `one ${v.note}\n${v.a ? 'two\n' : ''}three\n\n`,
        noEnd: `one ${v.note}\n${v.a ? 'two\n' : ''}three`,
        first: `${v.a ? 'one\n' : ''}two ${v.note}\nthree\n`,
        indented: `  one ${v.note}\n${v.a ? 'two\n' : ''}three\n`,
        blank: `one ${v.note}\n${v.a ? 'two\n' : ''}three  `,
        inside: `one ${v.note} \n\n${v.a ? 'two  \n' : ''}three\n`,
        last: `one ${v.note}\n${v.a ? 'two\n' : ''}${v.b ? `${v.note}\n` : ''}`,
        loop: `one\n${v.names.map((each: string) => `add ${each}\n`).join('')}`,
      };
      configMap(chart, release.fullname, texts);
      thing(chart, release, Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, checksum(text)])));
    },
    prints: ['noEnd: |-'],
  },
  {
    does: 'prints a text of lines that end with blanks',
    values: { note: quotable, a: flag() },
    build: (chart, v, release) =>
      configMap(chart, release.fullname, {
        blanks: `one ${v.note} \n${v.a ? 'two\n' : ''}three\n`,
        empty: `one ${v.note}\n\n${v.a ? 'two\n\n' : ''}three\n`,
      }),
    prints: ['{{- $parts = append $parts "two" }}'],
  },
  {
    does: 'takes the checksum of lines that may end lines themselves',
    values: { note: text(), a: flag() },
    build: (chart, v, release) => {
      const motd = `one ${v.note}\n${v.a ? 'two\n' : ''}three${v.note}`;
      configMap(chart, release.fullname, { motd });
      thing(chart, release, { hash: checksum(motd) });
    },
    prints: ['motd: {{ include "demo.motd" . | quote }}'],
  },
  {
    does: 'takes a checksum of lines that come and go for each item',
    values: { names: names(), a: flag() },
    build: (chart, v, release) =>
      thing(chart, release, {
        all: v.names.map((each: string) => ({ each, hash: checksum(`one ${each}\n${v.a ? 'two\n' : ''}three\n`) })),
      }),
    refused:
      '[Thing/<fullname> spec.all[0].hash] "checksum" is given a text of which parts come and go, and which holds `names[]` of the item of a loop; a helper prints such texts, and helpers know no items; give it a text that is the same in all cases but for the values in it, or one of the whole list',
  },
  {
    does: 'cuts a character into halves',
    values: { name: name('x') },
    build: (chart, v, release) => thing(chart, release, { name: v.name, half: `${v.name} ${'\u{1F600}'.slice(0, 1)}` }),
    refused:
      '[Thing/<fullname> spec.half] a text here has half of a character in it, "\\ud83d", which no file can hold; cut texts between characters, as [...text] does',
  },
  {
    does: 'has half of a character in a key',
    values: { name: name('x') },
    build: (chart, v, release) => thing(chart, release, { '\ud800': v.name }),
    refused:
      '[Thing/<fullname> spec] a text here has half of a character in it, "\\ud800", which no file can hold; cut texts between characters, as [...text] does',
  },
];
