import { isCidr } from '../../../lib/core/cidr';
import { parseQuantity } from '../../../lib/core/quantity';
import type { Slot } from '../../../lib/helm/tree/slot';
import { PatternExamples } from '../../../lib/helm/worlds/pattern-examples';
import { accepts, Sentinels } from '../../../lib/helm/worlds/sentinels';
import { expectRefusal } from '../../support';

const slot = { id: 0, node: { kind: 'string', path: ['image', 'tag'], description: '' }, steps: [] } as unknown as Slot;
const ascending = { quoted: new Set<Slot>(), descending: false, examples: new PatternExamples() };

describe('Sentinels', () => {
  it.each([
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    '^/[a-z]*$',
    '^[A-Z][A-Z_]*$',
    '^[1-9][0-9]*(Mi|Gi)$',
    '^[0-9]+m$',
    '^\\d+\\.\\d+\\.\\d+\\.0/16$',
    '^sha256:[0-9a-f]{64}$',
    '^https://[a-z.]+$',
    '^[QX]{9}$',
  ])('follow the pattern %s and differ', pattern => {
    const { a, b } = new Sentinels(ascending, 1).text(slot, { pattern });
    expect([a, b].every(text => accepts({ pattern }, text))).toBe(true);
    expect(a).not.toBe(b);
  });

  it('grow from slot to slot, in both families, so that a least stays below a most', () => {
    const sentinels = new Sentinels(ascending, 4);
    const [one, other] = [sentinels.integer(slot, [1, 10]), sentinels.integer(slot, [1, 10])];
    expect(one.a <= other.a && one.b <= other.b).toBe(true);
    const pattern = '^[0-9]+Mi$';
    const [little, much] = [sentinels.text(slot, { pattern }), sentinels.text(slot, { pattern })];
    expect(parseQuantity(little.b)!).toBeLessThan(parseQuantity(much.a)!);
  });

  it('are blocks of addresses where a construct asks for them', () => {
    const { a, b } = new Sentinels(ascending, 1).text(slot, { pattern: '^[0-9.]+/[0-9]+$' });
    expect([a, b].every(isCidr)).toBe(true);
  });

  it('have to be given where the rules leave nothing that can be recognized', () => {
    expectRefusal(
      () => new Sentinels(ascending, 1).text(slot, { pattern: '^[ab]$' }),
      '[image.tag] no two texts are found that follow its rules and can be recognized in an object: /^[ab]$/; give two with .meta({ sentinels: [a, b] })',
    );
  });
});
