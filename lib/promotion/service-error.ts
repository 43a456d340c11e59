/**
 * Why a server did not do what it was asked; `anonymous` has no credentials that could be sent, though it wants some or a
 * folder for them is there, `elsewhere` is another server.
 */
export type ServiceFault = 'unreachable' | 'unavailable' | 'anonymous' | 'denied' | 'elsewhere' | 'malformed';

/** A server that did not answer, or not as it should; nothing can be concluded from what it said. */
export class ServiceError extends Error {
  public override readonly name = 'ServiceError';

  constructor(
    public readonly fault: ServiceFault,
    message: string,
    /** Seconds after which it wants to be asked again. */
    public readonly retryAfter?: number,
    /** Who was asked; a program tells them apart by the exit code. */
    public readonly server: 'registry' | 'cluster' = 'registry',
  ) {
    super(message);
  }
}

/** What was asked for, or why a server did not say it; any other mistake is thrown. */
export async function orServiceError<T>(asked: Promise<T>): Promise<T | ServiceError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceError) {
      return error;
    }
    throw error;
  }
}
