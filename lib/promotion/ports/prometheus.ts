import { z } from 'zod';
import { ServiceError } from '../service-error';
import { HttpClient, parseJson, type HttpOptions } from './http';

const answer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
  ]),
});

/**
 * Asks Prometheus.
 *
 * @returns the answer to a question that has one number as its answer; undefined if it has none, or several
 */
export function prometheus(options: HttpOptions): (query: string) => Promise<number | undefined> {
  const http = new HttpClient(options);
  return async query => {
    const { status, text } = await http.send({ path: '/api/v1/query', query: { query } });
    const parsed = status === 200 ? answer.safeParse(parseJson(text)) : undefined;
    if (!parsed?.success) {
      const [fault, remedy] =
        parseJson(text) === undefined ? (['elsewhere', ''] as const) : (['malformed', 'mend the query, or '] as const);
      const what = `${options.url} has no answer to the question of a canary (${status})`;
      throw new ServiceError(fault, `${what}; ${remedy}name Prometheus: --prometheus <url>`);
    }
    const { data } = parsed.data;
    const values = data.resultType === 'scalar' ? [data.result[1]] : data.result.map(({ value }) => value[1]);
    // It writes +Inf for what JavaScript reads as +Infinity.
    const value = Number(values[0]?.replace(/^([+-]Inf)$/, '$1inity'));
    return values.length === 1 && !Number.isNaN(value) ? value : undefined;
  };
}
