/**
 * What is wrong with the place of a model; undefined if nothing is.
 *
 * @param roots places in which models may lie, each with a "/" at its end
 */
export function uriMistake(uri: string, roots: readonly string[]): string | undefined {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*):\/{1,2}([A-Za-z0-9][A-Za-z0-9._=@/-]*)$/.exec(uri) ?? [];
  if (scheme === '' || /@/.test(rest.split('/')[0]!)) {
    return 'its files lie at no plain URI: it may hold no user, query, fragment or escape';
  }
  if (rest.split('/').some(part => part === '..' || part === '.' || part === '')) {
    return 'the path of its files leads out of its place';
  }
  return roots.some(root => uri.startsWith(root) && uri.length > root.length)
    ? undefined
    : `its files lie outside of ${roots.join(', ')}`;
}
