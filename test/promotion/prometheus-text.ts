/** A line of what is told to Prometheus. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const samples = (text: string): Sample[] =>
  [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
    name: name!,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, is]) => [key, is])),
    value: Number(value),
  }));

/**
 * Whether an alert on a controller would begin now, by what the controller itself tells; where it runs is what the
 * scraping adds.
 *
 * @throws Error if the expression is of no shape that is known here
 */
export function begins(expr: string, text: string, seconds: number): boolean {
  const known = /^(time\(\) - )?max(?: by \(\w+\))? ?\((\w+)\{namespace="[^"]*",pod=~"[^"]*"(.*)\}\) > (\d+)$/.exec(
    expr,
  );
  if (known === null) {
    throw new Error(`not understood: ${expr}`);
  }
  const [, age, name, conditions, limit] = known;
  const matching = [...conditions!.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(
    ([, label, how, wanted]) =>
      ({ labels }: Sample) =>
        new RegExp(`^(?:${how === '=' ? wanted!.replace(/\W/g, '\\$&') : wanted})$`).test(labels[label!] ?? ''),
  );
  const values = samples(text)
    .filter(one => one.name === name && matching.every(matches => matches(one)))
    .map(({ value }) => value);
  const most = Math.max(...values);
  return values.length > 0 && (age ? seconds - most : most) > Number(limit);
}
