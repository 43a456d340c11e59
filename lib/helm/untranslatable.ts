import { PlatformError } from '../core/platform-error';

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
