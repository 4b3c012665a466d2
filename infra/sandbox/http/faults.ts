import * as z from "zod";
import { pathId } from "#lib/operations/fields.ts";
import { operationIds } from "./routes.ts";

const longestDelayMs = 600_000;

const headerValue = z.string().regex(/^[\x20-\x7e]*$/);

const status = z.int().min(200).max(599);

const target = {
  operation: z.enum(operationIds).optional(),
  customerId: z.optional(pathId),
  /** Of a path that names a contract. */
  contractId: z.optional(pathId),
  /** How many requests it hits. Absent: one. */
  times: z.int().min(1).optional(),
};

/** Whether the request is still carried out. Absent: it is not. */
const carriedOut = z.boolean().optional();

/** A fault of a request that was read and counted. If several match, the oldest one hits first. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...target,
    kind: z.literal("status"),
    carriedOut,
    status,
    /** Seconds, or an HTTP date. */
    retryAfter: z.union([z.int().min(0), headerValue]).optional(),
    location: headerValue.optional(),
    /** Replaces the upstream's error body. */
    body: z.string().optional(),
  }),
  /** The request is carried out and answered late, also if the caller has hung up meanwhile. */
  z.strictObject({ ...target, kind: z.literal("delay"), ms: z.int().min(0).max(longestDelayMs) }),
  /** The request is never answered. */
  z.strictObject({ ...target, kind: z.literal("hang"), carriedOut }),
  /** The connection is reset instead of an answer. */
  z.strictObject({ ...target, kind: z.literal("reset"), carriedOut }),
  /** The first half of the answer, with its status. The request is always carried out. */
  z.strictObject({ ...target, kind: z.literal("brokenJson") }),
  /** An HTML page, like a proxy's. The status is 200 if absent. */
  z.strictObject({ ...target, kind: z.literal("html"), carriedOut, status: status.optional() }),
]);

export type Fault = z.output<typeof faultSchema>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that hits this request. It counts one request less after that. */
  take(operation: string, params: Readonly<Record<string, string>>): Fault | undefined;
}

export const createFaults = (): Faults => {
  let waiting: readonly { readonly fault: Fault; readonly times: number }[] = [];
  return {
    add: (fault) => {
      waiting = [...waiting, { fault, times: fault.times ?? 1 }];
    },
    clear: () => {
      waiting = [];
    },
    take: (operation, { customerId, contractId }) => {
      const hit = waiting.find(
        ({ fault }) =>
          (fault.operation ?? operation) === operation &&
          (fault.customerId ?? customerId) === customerId &&
          (fault.contractId ?? contractId) === contractId,
      );
      waiting = waiting.flatMap((each) => {
        const times = each === hit ? each.times - 1 : each.times;
        return times > 0 ? [{ ...each, times }] : [];
      });
      return hit?.fault;
    },
  };
};
