import { z } from 'zod';

export const flag = (): z.ZodType => z.boolean().default(false).describe('a flag');
export const name = (value = ''): z.ZodType =>
  z
    .string()
    .regex(/^([a-z]([-a-z0-9]*[a-z0-9])?)?$/)
    .max(20)
    .default(value)
    .describe('a name');
export const text = (value = 'some'): z.ZodType => z.string().default(value).describe('a text');
export const number = (most = 100, least = 0): z.ZodType =>
  z.int().min(least).max(most).default(Math.max(least, 2)).describe('a number');
export const label = (): z.ZodString =>
  z
    .string()
    .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/)
    .max(20);
export const names = (): z.ZodType => z.array(label()).default([]).describe('names');
export const object = (shape: Record<string, z.ZodType>): z.ZodType =>
  z.strictObject(shape).prefault({}).describe('an object');
export const objects = (shape: Record<string, z.ZodType>): z.ZodType =>
  z.array(z.strictObject(shape)).default([]).describe('objects');
export const map = (): z.ZodType =>
  z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.string())
    .default({})
    .describe('a map');
