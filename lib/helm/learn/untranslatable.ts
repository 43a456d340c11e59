import { PlatformError } from '../../core/platform-error';

/** Where a part of an object is. */
export interface Place {
  /** `Deployment/<fullname>` */
  readonly object: string;
  /** `spec.replicas` */
  readonly path: string;
}

export const within = ({ object, path }: Place, step: string | number): Place => ({
  object,
  path: typeof step === 'number' ? `${path}[${step}]` : path === '' ? step : `${path}.${step}`,
});

export const itemOf = ({ object, path }: Place, name: string): Place => ({ object, path: `${path}[${name}]` });

/** Something in an object that no template can be found for. */
export function untranslatable({ object, path }: Place, problem: string, remedy: string): PlatformError {
  return new PlatformError([object, path].filter(Boolean).join(' '), problem, remedy);
}

/** Halves of characters that JavaScript counts as two. */
const HALF = /[\ud800-\udfff]/u;

/** @throws PlatformError for a text that no file can hold */
export function checkCharacters(text: string, place: Place): void {
  const [half] = HALF.exec(text) ?? [];
  if (half !== undefined) {
    throw untranslatable(
      place,
      `a text here has half of a character in it, ${JSON.stringify(half)}, which no file can hold`,
      'cut texts between characters, as [...text] does',
    );
  }
}
