/** What JSON Schema says of the value at that place of the values. */
export const ruleAt =
  (...path: readonly string[]) =>
  (rule: object): object =>
    path.reduceRight<object>((inner, step) => ({ properties: { [step]: inner } }), rule);
