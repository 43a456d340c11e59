import { loadPlatform } from '../load-platform';

/**
 * Prints every image as it is declared, one a line, and indented below it what pods get in its place and where it is
 * used.
 */
export async function images(options: { readonly app: string }): Promise<void> {
  const platform = await loadPlatform(options.app);
  const list = platform.images();
  for (const { image, reference, problem, places } of list.images) {
    console.log(image);
    if (problem !== undefined) {
      console.log(`  refused: ${problem.replaceAll('\n', '\n  ')}`);
    } else if (reference !== image) {
      console.log(`  as ${reference}`);
    }
    places.forEach(place => console.log(`  in ${place}`));
  }
  list.stale.forEach(line => console.error(line));
}
