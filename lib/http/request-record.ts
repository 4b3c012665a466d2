import type { Operation } from "#lib/operations/operation.ts";
import type { Live, Middleware } from "./serving.ts";

/** Opens the record of a request and, last of all, writes it to the log. */
export const requestRecord = (operation: Operation, { log, now }: Pick<Live, "log" | "now">): Middleware => {
  const write: Middleware["after"] = ({ context: { serving }, response }) => {
    serving.record.close({ status: response?.statusCode ?? 500, durationMs: now() - serving.startedAt });
  };
  return {
    before: ({ event, context }) => {
      const record = log.open({ operation: operation.id, requestId: event.requestContext.requestId });
      context.serving = { record, startedAt: now(), input: { params: {}, headers: {} } };
    },
    after: write,
    onError: write,
  };
};
