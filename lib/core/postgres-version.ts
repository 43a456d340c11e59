/** The first number of the version that the tag of a PostgreSQL image names: 17 for `postgres:17.6`; else undefined. */
export function postgresMajor(image: string): number | undefined {
  const major = /:(\d+)(?:[.@-][^/]*)?$/.exec(image)?.[1];
  return major === undefined ? undefined : Number(major);
}
