import { loadPlatform } from '../load-platform';
import { print, type Output } from '../tables';

/**
 * Prints every image as it is declared, one a line, and indented below it what pods get in its place and where it is
 * used.
 */
export async function images({ app, output }: { readonly app: string; readonly output: Output }): Promise<void> {
  const platform = await loadPlatform(app);
  const list = platform.images();
  print(output, list, () =>
    list.images
      .flatMap(({ image, reference, problem, places }) => [
        image,
        ...(problem === undefined ? [] : [`  refused: ${problem.replaceAll('\n', '\n  ')}`]),
        ...(problem === undefined && reference !== image ? [`  as ${reference}`] : []),
        ...places.map(place => `  in ${place}`),
      ])
      .join('\n'),
  );
  list.stale.forEach(line => console.error(line));
}
