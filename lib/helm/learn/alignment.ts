/** The same sequence as several worlds have it, with gaps. */
export interface Row<Element> {
  /** What stands here, by the variant it is from. */
  readonly members: Map<number, Element>;
}

/**
 * Puts sequences beside each other so that what is alike stands in one row, and the order of each is kept.
 *
 * @param variants sequences that differ from each other
 * @param likeness from 0, never the same row, to 1
 */
export function align<Element>(
  variants: readonly (readonly Element[])[],
  likeness: (one: Element, other: Element) => number,
): Row<Element>[] {
  const order = variants.map((_, index) => index).sort((one, other) => variants[other]!.length - variants[one]!.length);
  let rows: Row<Element>[] = [];
  for (const variant of order) {
    rows = merge(rows, variants[variant]!, variant, likeness);
  }
  return rows;
}

const REMEMBERED = 6;

function merge<Element>(
  rows: readonly Row<Element>[],
  elements: readonly Element[],
  variant: number,
  likeness: (one: Element, other: Element) => number,
): Row<Element>[] {
  const score = (row: Row<Element>, element: Element): number => {
    let best = 0;
    let seen = 0;
    for (const member of row.members.values()) {
      best = Math.max(best, likeness(member, element));
      if (best === 1 || ++seen === REMEMBERED) {
        break;
      }
    }
    return best;
  };
  // best[i][j]: the greatest likeness of what comes after row i and element j
  const best = Array.from({ length: rows.length + 1 }, () => new Float64Array(elements.length + 1));
  const scores = rows.map(row => elements.map(element => score(row, element)));
  for (let i = rows.length - 1; i >= 0; i--) {
    for (let j = elements.length - 1; j >= 0; j--) {
      const paired = scores[i]![j]! > 0 ? scores[i]![j]! + best[i + 1]![j + 1]! : 0;
      best[i]![j] = Math.max(paired, best[i + 1]![j]!, best[i]![j + 1]!);
    }
  }
  const merged: Row<Element>[] = [];
  let [i, j] = [0, 0];
  while (i < rows.length || j < elements.length) {
    const isPair =
      i < rows.length &&
      j < elements.length &&
      scores[i]![j]! > 0 &&
      best[i]![j] === scores[i]![j]! + best[i + 1]![j + 1]!;
    if (isPair) {
      rows[i]!.members.set(variant, elements[j]!);
      merged.push(rows[i]!);
      i++;
      j++;
    } else if (j >= elements.length || (i < rows.length && best[i]![j] === best[i + 1]![j]!)) {
      merged.push(rows[i++]!);
    } else {
      merged.push({ members: new Map([[variant, elements[j++]!]]) });
    }
  }
  return merged;
}
