import * as z from "zod/mini";

/** How long the gateway counts before it starts again at 0. A limit is an average over this time. */
export const windowSeconds = 10;

/** How many requests per second a partner may send to each operation. A write is an operation that changes something. */
export interface Limits {
  readonly reads: number;
  readonly writes: number;
}

/** What all partners together may send to a route. API Gateway refuses more, and also counts what a Lambda refuses. */
export const routeLimits: Limits = { reads: 500, writes: 100 };

export const limits = z.strictObject({
  reads: z.int().check(z.minimum(1), z.maximum(routeLimits.reads)),
  writes: z.int().check(z.minimum(1), z.maximum(routeLimits.writes)),
});

/** Of a partner for which infra/partners.yml sets no others. */
export const usualLimits: Limits = { reads: 10, writes: 2 };
