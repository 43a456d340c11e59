/** What happens the first time it is called, and not again: somebody who is faster. */
export function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) {
      isDone = true;
      action();
    }
  };
}
