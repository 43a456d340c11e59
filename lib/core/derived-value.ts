/** Sees what was computed: the name of the function, what it was given, and its result. */
export type Observer = (name: string, inputs: readonly unknown[], result: unknown) => void;

const observers: Observer[] = [];

/**
 * A result that does not show what it was computed from, such as a checksum. Whoever observes the computation learns
 * its inputs; the result is the same with and without them.
 *
 * @param name what the function is called where the same value must be computed another time
 */
export function derivedValue<Result>(name: string, inputs: readonly unknown[], result: Result): Result {
  observers.forEach(observer => observer(name, inputs, result));
  return result;
}

/** Does something, and tells the observer of every derived value computed on the way. */
export function observeDerivedValues<Result>(observer: Observer, act: () => Result): Result {
  observers.push(observer);
  try {
    return act();
  } finally {
    observers.splice(observers.indexOf(observer), 1);
  }
}
