import type * as z from "zod";

/** What a token must be allowed to do; on the wire prefixed by the resource server's name: `perfectgym/membership.read`. */
export type Scope = "membership.read" | "membership.write" | "customer.read" | "customer.write";

export type Method = "GET" | "POST" | "DELETE";

/**
 * One method and path of the upstream, as data. The client, the Lambda, the routes and the sandbox derive from it.
 * `id` is the upstream's operationId; `path` holds `{name}` for each of `params`, in the order of the URL.
 */
export interface Operation<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
> {
  readonly id: string;
  readonly summary: string;
  readonly method: Method;
  readonly path: `/${string}`;
  /** Absent: no partner app may call it, only the gateway itself does. */
  readonly scope?: Scope;
  readonly params: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The shape of a 2xx body. Absent: the upstream documents none. */
  readonly answer?: z.ZodType;
}

/** Checks that a literal is an operation and keeps its exact type. */
export const operation = <
  Params extends z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
>(
  entry: Operation<Params, Query, Body>,
): Operation<Params, Query, Body> => entry;
