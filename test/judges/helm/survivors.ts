/** Mistakes in the templates of published charts that no values tell, with the reason. */
export const SURVIVORS: readonly (readonly [mistake: RegExp, reason: string])[] = [
  [/^a quote dropped: helm\.sh\/chart: /, 'the name of a chart before its version is always a text'],
  [/^a quote dropped: \{\{ \$key \| quote \}\}: \{\{ \$value \| quote \}\}$/, 'keys of annotations have a slash'],
  [/^a quote dropped: pod-security\.kubernetes\.io\/\w+-version: /, 'the version of a standard begins with "v"'],
  [/^a quote dropped: (limits|requests)\.(memory|storage): /, 'the pattern wants a unit'],
  [/^a quote dropped: - kind: \{\{ \$(owner|member)\.kind /, 'a choice of words'],
];
