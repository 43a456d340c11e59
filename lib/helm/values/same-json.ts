import type { Json } from './value-node';

/** Whether two structures are the same; the order of keys does not count. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) {
    return true;
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => sameJson(item as Json, other[index] as Json))
    );
  }
  const [mine, theirs] = [one as Record<string, Json>, other as Record<string, Json>];
  const keys = Object.keys(mine);
  return (
    keys.length === Object.keys(theirs).length &&
    keys.every(key => Object.hasOwn(theirs, key) && sameJson(mine[key], theirs[key]))
  );
}
