import type { Middleware } from "./serving.ts";

/** Writes the record of a request to the log. Use it first: then it runs after all others. */
export const requestRecord = (now: () => number): Middleware => {
  const write: Middleware["after"] = ({ event: { record, startedAt }, response }) =>
    record.close({ status: response?.statusCode ?? 500, durationMs: now() - startedAt });
  return { after: write, onError: write };
};
