import { z } from 'zod';
import { configMap, thing } from '../charts';
import type { Nasty } from './nasty';
import { flag, name, number, object } from './values';

const [a, b, c, d] = [flag(), flag(), flag(), flag()];

export const CONDITIONS: readonly Nasty[] = [
  {
    does: 'asks for three flags at once',
    values: { a, b, c },
    build: (chart, v, release) => thing(chart, release, { it: v.a && v.b && v.c ? 'all' : undefined, on: true }),
    prints: ['{{- if and .Values.a .Values.b .Values.c }}'],
  },
  {
    does: 'asks for one flag and either of two others',
    values: { a, b, c },
    build: (chart, v, release) => thing(chart, release, { it: v.a && (v.b || v.c) ? 'some' : undefined, on: true }),
    prints: ['{{- if and .Values.a (or .Values.b .Values.c) }}'],
  },
  {
    does: 'asks for two flags or another one',
    values: { a, b, c },
    build: (chart, v, release) => thing(chart, release, { it: (v.a && v.b) || v.c ? 'some' : undefined, on: true }),
    prints: ['{{- if or .Values.c (and .Values.a .Values.b) }}'],
  },
  {
    does: 'asks whether one of two flags is set, and not both',
    values: { a, b },
    build: (chart, v, release) => thing(chart, release, { it: v.a !== v.b ? 'one' : undefined, on: true }),
    prints: ['(and .Values.a (not .Values.b))'],
  },
  {
    does: 'counts flags',
    values: { a, b, c, d },
    build: (chart, v, release) =>
      thing(chart, release, {
        it: [v.a, v.b, v.c, v.d].filter(Boolean).length % 2 === 1 ? 'odd' : undefined,
        on: true,
      }),
    refused:
      '[Thing/<fullname> spec.it] no simple condition tells when this is there; it is with a off instead of on; declare a boolean or a choice among the values that says it',
  },
  {
    does: 'nests ternaries',
    values: { a, b, c },
    build: (chart, v, release) => thing(chart, release, { it: v.a ? (v.b ? 1 : 2) : v.c ? 3 : 4 }),
    prints: ['{{- else if .Values.a }}'],
  },
  {
    does: 'switches over a choice with a branch for several',
    values: { kind: z.enum(['none', 'basic', 'jwt', 'oidc']).default('none').describe('a choice') },
    build: (chart, v, release) =>
      thing(chart, release, {
        on: true,
        auth: v.kind === 'none' ? undefined : v.kind === 'basic' ? { user: 'x' } : { jwks: v.kind },
      }),
    prints: ['{{- if ne .Values.kind "none" }}', 'jwks: {{ .Values.kind | quote }}'],
  },
  {
    does: 'chooses between two objects',
    values: { a },
    build: (chart, v, release) =>
      configMap(chart, release.fullname, {}, v.a ? { kind: 'Secret', stringData: { x: 'y' } } : { data: { z: '1' } }),
    prints: ['{{- if .Values.a }}', '{{- if not .Values.a }}'],
  },
  {
    does: 'chooses between objects in a field',
    values: { tls: object({ enabled: flag(), secret: name('web-tls') }) },
    build: (chart, v, release) =>
      thing(chart, release, { listener: v.tls.enabled ? { port: 443, secret: v.tls.secret } : { port: 80 } }),
    prints: ['secret: {{ .Values.tls.secret | quote }}'],
  },
  {
    does: 'compares a number',
    values: { replicas: number(20) },
    build: (chart, v, release) => {
      thing(chart, release, { replicas: v.replicas });
      if (v.replicas > 1) {
        configMap(chart, `${release.fullname}-pdb`, { least: '1' });
      }
    },
    prints: ['{{- if gt (int64 .Values.replicas) 1 }}', 'replicas: {{ .Values.replicas }}'],
  },
  {
    does: 'treats 0 as nothing',
    values: { most: number(1000) },
    build: (chart, v, release) => thing(chart, release, { most: v.most || undefined, on: true }),
    prints: ['{{- if gt (int64 .Values.most) 0 }}'],
  },
  {
    does: 'compares two numbers with each other',
    values: { least: number(50), most: number(50) },
    build: (chart, v, release) => thing(chart, release, { least: v.least, most: v.most, fixed: v.least === v.most }),
    refused:
      '[demo: Thing/<fullname> spec.fixed] with least: 0, most: 0 the construct prints true, where the best template prints false; declare a boolean or a choice among the values that tells the two cases apart',
  },
  {
    does: 'prints a flag as the opposite',
    values: { a },
    build: (chart, v, release) => thing(chart, release, { off: !v.a, text: `on=${v.a}` }),
    prints: ['"off": {{ not .Values.a }}', 'text: "on={{ .Values.a }}"'],
  },
  {
    does: 'falls back over three texts',
    values: { one: name(), two: name() },
    build: (chart, v, release) => thing(chart, release, { it: v.one || v.two || `${release.fullname}-x` }),
    prints: ['.Values.one | default (.Values.two | default (printf "%s-x" (include "demo.fullname" .))) | quote'],
  },
  {
    does: 'leaves an empty text out that nobody declared as optional',
    values: { note: z.string().default('x').describe('a note') },
    build: (chart, v, release) => thing(chart, release, { note: v.note || undefined, on: true }),
    prints: ['{{- with .Values.note }}'],
  },
  {
    does: 'looks for a character in a text',
    values: {
      image: z
        .string()
        .regex(/^[a-z:]+$/)
        .default('x')
        .describe('an image'),
    },
    build: (chart, v, release) => thing(chart, release, { image: v.image, tagged: v.image.includes(':') }),
    refused:
      '[demo: Thing/<fullname> spec.tagged] with image: ":" the construct prints true, where the best template prints false; print image as it is; if something depends on what it says, declare a boolean or a choice for that, or narrow its pattern to what is treated alike',
  },
  {
    does: 'has an object that only some combinations have, with parts of other conditions',
    values: { a, b, kind: z.enum(['x', 'y']).default('x').describe('a kind'), secret: name() },
    build: (chart, v, release) => {
      thing(chart, release, { on: true });
      if (v.a && v.kind === 'y') {
        configMap(chart, `${release.fullname}-more`, {
          b: v.b ? 'yes' : undefined,
          secret: v.secret || undefined,
          on: 'true',
        });
      }
    },
    prints: ['{{- if and .Values.a (eq .Values.kind "y") }}', 'b: "yes"'],
  },
];
