import { parseImageLock, type ImageLock } from '../core/image-lock';
import { readText } from './read-text';

/** Reads a lock file of images; a file that does not exist yet locks none. */
export function readImageLock(file: string): ImageLock {
  return parseImageLock(readText(file) ?? '', file);
}
