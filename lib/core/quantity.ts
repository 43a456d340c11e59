const QUANTITY = /^(?<sign>[+-]?)(?<number>\d+(?:\.\d*)?|\.\d+)(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Exponents, not factors: `2300m` then is exactly the number 2.3 that `2.3` is. */
const DECIMAL: Record<string, string> = {
  n: 'e-9',
  u: 'e-6',
  m: 'e-3',
  k: 'e3',
  M: 'e6',
  G: 'e9',
  T: 'e12',
  P: 'e15',
  E: 'e18',
};

const BINARY: Record<string, number> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A platform writes the same few quantities thousands of times. */
const REMEMBERED = 1000;
const parsed = new Map<string, number>();

/**
 * The amount that a Kubernetes quantity such as `500m` or `2Gi` stands for; undefined if it is none or negative.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number | undefined {
  const known = parsed.get(text);
  if (known !== undefined || parsed.size >= REMEMBERED) {
    return known ?? parse(text);
  }
  const amount = parse(text);
  if (amount !== undefined) {
    parsed.set(text, amount);
  }
  return amount;
}

function parse(text: string): number | undefined {
  const groups = QUANTITY.exec(text)?.groups;
  if (!groups || groups['sign'] === '-') {
    return undefined;
  }
  const suffix = groups['suffix'] ?? '';
  const factor = BINARY[suffix];
  const amount = factor ? Number(groups['number']) * factor : Number(`${groups['number']}${DECIMAL[suffix] ?? suffix}`);
  return Number.isFinite(amount) ? amount : undefined;
}

/** A quantity as a person would write it: `1500m`, `3`, `2.5Gi`. */
export function formatQuantity(resource: string, amount: number): string {
  if (/cpu$/.test(resource)) {
    return Number.isInteger(round(amount)) ? `${round(amount)}` : `${Math.round(amount * 1000)}m`;
  }
  if (/(memory|storage)$/.test(resource)) {
    const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find(suffix => amount >= BINARY[suffix]!);
    return unit ? `${round(amount / BINARY[unit]!, 2)}${unit}` : `${round(amount)}`;
  }
  return `${round(amount)}`;
}

const round = (amount: number, digits = 6): number => Number(amount.toFixed(digits));
