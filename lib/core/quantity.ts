const QUANTITY = /^(?<sign>[+-]?)(?<number>\d+(?:\.\d*)?|\.\d+)(?<suffix>[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

const SCALE: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * The amount that a Kubernetes quantity such as `500m` or `2Gi` stands for; undefined if it is none or negative.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number | undefined {
  const groups = QUANTITY.exec(text)?.groups;
  if (!groups || groups['sign'] === '-') {
    return undefined;
  }
  const suffix = groups['suffix'] ?? '';
  return Number(groups['number']) * (SCALE[suffix] ?? (suffix === '' ? 1 : Number(`1${suffix}`)));
}

/** A quantity as a person would write it: `1500m`, `3`, `2.5Gi`. */
export function formatQuantity(resource: string, amount: number): string {
  if (/cpu$/.test(resource)) {
    return Number.isInteger(round(amount)) ? `${round(amount)}` : `${Math.round(amount * 1000)}m`;
  }
  if (/(memory|storage)$/.test(resource)) {
    const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find(suffix => amount >= SCALE[suffix]!);
    return unit ? `${round(amount / SCALE[unit]!, 2)}${unit}` : `${round(amount)}`;
  }
  return `${round(amount)}`;
}

const round = (amount: number, digits = 6): number => Number(amount.toFixed(digits));
