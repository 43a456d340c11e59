/** Texts and numbers that code holds: what it compares values with is among them. */
export interface Literals {
  readonly words: readonly string[];
  readonly numbers: readonly number[];
}

const LONGEST = 80;
const TOKEN = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|(?<![\w$.])(\d[\d_]*)(?![\w.])/g;

/** The literals in the text of a function, and what begins or ends with them or is next to them. */
export function literalsOf(code: { toString(): string }): Literals {
  const found = [...String(code).matchAll(TOKEN)];
  const words = found
    .map(([, single, double]) => single ?? double ?? '')
    .filter(word => word !== '' && word.length <= LONGEST && !word.includes('\\'));
  const numbers = found.flatMap(([, , , digits]) => (digits === undefined ? [] : [Number(digits.replaceAll('_', ''))]));
  return {
    words: [...new Set(words.flatMap(word => [word, `${word}x`, `x${word}`]))],
    numbers: [...new Set(numbers.flatMap(number => [number, number + 1, number - 1]))].filter(Number.isSafeInteger),
  };
}
