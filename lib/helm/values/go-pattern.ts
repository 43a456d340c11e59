/** What JavaScript's regular expressions can say and Go's, with which Helm checks a schema, cannot. */
const FOREIGN: readonly (readonly [part: RegExp, what: string])[] = [
  [/\(\?(?:=|!|<=|<!)/, 'a look around'],
  [/\(\?</, 'a named group'],
  [/\\(?:[0-9]|k)/, 'a back reference'],
  [/\\[uc]/, 'a letter by its number'],
  [/\\(?![dDwWsSbBtnrfvx])[A-Za-z]/, 'an escaped letter'],
  [/\[\^?\]/, 'an empty choice of letters'],
  [/\{(?:\d*,)?0*(?:[1-9]\d{4,}|[2-9]\d{3}|1[1-9]\d{2}|10[1-9]\d|100[1-9])\b/, 'more than 1000 repetitions'],
];

/** What is in the pattern that Go cannot read, if anything. */
export function foreignToGo(pattern: string): string | undefined {
  // A pair of backslashes is one backslash: what follows it is not escaped.
  const plain = pattern.replaceAll('\\\\', '-');
  return FOREIGN.find(([part]) => part.test(plain))?.[1];
}
