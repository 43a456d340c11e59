import { ruleAt } from './value-rules';

/** Whether no text stands in the list twice. */
export const areUnique = (texts: readonly string[]): boolean => new Set(texts).size === texts.length;

/** The same in JSON Schema, of the list at that place in the values. */
export const uniqueRule = (...path: readonly string[]): object => ruleAt(...path)({ uniqueItems: true });
