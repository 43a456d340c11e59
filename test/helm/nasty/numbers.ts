import { thing } from '../charts';
import type { Nasty } from './nasty';
import { number } from './values';

export const NUMBERS: readonly Nasty[] = [
  {
    does: 'doubles a number',
    values: { count: number(1000) },
    build: (chart, v, release) => thing(chart, release, { twice: v.count * 2 }),
    prints: ['twice: {{ mul .Values.count 2 }}'],
  },
  {
    does: 'computes in a text',
    values: { port: number(60_000, 1) },
    build: (chart, v, release) => thing(chart, release, { url: `http://x:${v.port + 1}/`, port: v.port }),
    prints: ['url: "http://x:{{ add .Values.port 1 }}/"'],
  },
  {
    does: 'adds two numbers',
    values: { one: number(1000), two: number(1000) },
    build: (chart, v, release) => thing(chart, release, { sum: v.one + v.two, rest: v.one - v.two }),
    prints: ['sum: {{ add .Values.one .Values.two }}', 'rest: {{ sub .Values.one .Values.two }}'],
  },
  {
    does: 'multiplies two numbers',
    values: { one: number(100), two: number(100) },
    build: (chart, v, release) => thing(chart, release, { product: v.one * v.two }),
    refused:
      '[Thing/<fullname> spec.product] 21 and 50 are computed from values in a way that a template cannot repeat; use the value as it is, or a text around it, or declare the result as a value of its own',
  },
  {
    does: 'halves a number and rounds it down',
    values: { count: number(1000) },
    build: (chart, v, release) => thing(chart, release, { half: Math.floor(v.count / 2) }),
    refused:
      '[Thing/<fullname> spec.half] 4 and 5 are computed from values in a way that a template cannot repeat; use the value as it is, or a text around it, or declare the result as a value of its own',
  },
  {
    does: 'has large numbers as numbers and in texts',
    values: { bytes: number(2_000_000_000) },
    build: (chart, v, release) =>
      thing(chart, release, { bytes: v.bytes, text: `${v.bytes}`, flag: `--max=${v.bytes}`, seconds: `${v.bytes}s` }),
    prints: [
      'bytes: {{ int64 .Values.bytes }}',
      'text: {{ int64 .Values.bytes | quote }}',
      '"--max={{ int64 .Values.bytes }}"',
    ],
  },
  {
    does: 'limits a number',
    values: { count: number(1000) },
    build: (chart, v, release) => thing(chart, release, { limited: Math.min(v.count, 50) }),
    prints: ['limited: {{ ternary 50 .Values.count (gt (int64 .Values.count) 50) }}'],
  },
  {
    does: 'doubles a number without bounds',
    values: { count: number(Number.MAX_SAFE_INTEGER) },
    build: (chart, v, release) => thing(chart, release, { twice: v.count * 2 }),
    refused:
      '[Thing/<fullname> spec.twice] the number is computed from `count`, which may be 9007199254740991: too large for a template to compute with; give the value bounds',
  },
];
