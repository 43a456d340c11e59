import { parse } from 'yaml';
import type { Values } from '../../../lib/helm/values/samples';
import type { Json, ObjectValue, ValueNode } from '../../../lib/helm/values/value-node';

/** Some of many values, those first that have most pairs of properties that none before them has. */
export function tellingValues(contract: ObjectValue, pool: readonly Values[], count: number): Values[] {
  const waiting = pool.map(values => ({ values, pairs: pairsOf(contract, values) }));
  const chosen: Values[] = [];
  const known = new Set<string>();
  while (chosen.length < count && waiting.length > 0) {
    const news = waiting.map(({ pairs }) => pairs.reduce((sum, pair) => (known.has(pair) ? sum : sum + 1), 0));
    const [best] = waiting.splice(news.indexOf(Math.max(...news)), 1);
    best!.pairs.forEach(pair => known.add(pair));
    chosen.push(best!.values);
  }
  return chosen;
}

/** What templates ask for, beside everything else: one part is behind a condition, the other is the condition. */
function pairsOf(contract: ObjectValue, values: Values): string[] {
  const properties = propertiesOf(contract, values, '');
  const conditions = properties.filter(({ isCondition }) => isCondition);
  return conditions.flatMap(({ what: one }) => properties.map(({ what: other }) => `${one} ${other}`));
}

interface Property {
  readonly what: string;
  /** Whether conditions are likely to ask for it. */
  readonly isCondition: boolean;
}

function propertiesOf(node: ValueNode, value: Json, path: string): Property[] {
  switch (node.kind) {
    case 'object':
      return Object.entries(node.fields).flatMap(([key, field]) =>
        propertiesOf(field, (value as Record<string, Json>)[key]!, `${path}.${key}`),
      );
    case 'boolean':
    case 'choice':
      return [{ what: `${path}=${String(value)}`, isCondition: true }];
    case 'string':
      return [{ what: `${path}:${kindOfText(value as string)}`, isCondition: false }];
    case 'integer':
      return [{ what: `${path}:${value === node.minimum ? 'least' : 'more'}`, isCondition: false }];
    default:
      return [{ what: `${path}:${Math.min(2, Object.keys(value as object).length)}`, isCondition: true }];
  }
}

function kindOfText(text: string): string {
  if (text === '') {
    return 'empty';
  }
  try {
    return parse(text, { version: '1.1', logLevel: 'silent' }) === text ? 'text' : 'misread';
  } catch {
    return 'misread';
  }
}
