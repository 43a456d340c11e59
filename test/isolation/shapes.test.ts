import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allows } from '../../lib/isolation/traffic';
import { SHAPES } from './shapes';
import { answersText, casesOf, policiesOf, worldWith } from './worlds';

/** What cyclonus says; the judge of the oracles compares it, and writes it. */
const RECORDED = JSON.parse(readFileSync(join(__dirname, '../golden/isolation-shapes.json'), 'utf8')) as Record<
  string,
  string
>;

describe('the shapes of cyclonus', () => {
  test('are as many as it has', () => {
    expect(Object.fromEntries(Object.entries(SHAPES).map(([group, shapes]) => [group, shapes.length]))).toEqual({
      peers: 112,
      ports: 70,
      conflicts: 16,
      upstream: 13,
      targets: 6,
      actions: 6,
      rules: 4,
      namespaces: 2,
      example: 1,
    });
    expect(Object.keys(RECORDED)).toHaveLength(230);
  });

  test.each(Object.entries(SHAPES))('of %s are understood as it does', (_, shapes) => {
    for (const { name, policies } of shapes) {
      const world = worldWith(policies);
      const read = policiesOf(world);
      const answers = casesOf(world).map(one => allows(read, one, 'pods too'));
      expect({ name, answers: answersText(answers) }).toEqual({ name, answers: RECORDED[name] });
    }
  });
});
