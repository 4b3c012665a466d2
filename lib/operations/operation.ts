import type * as z from "zod";

/** What a token may be allowed to do; on the wire prefixed by the resource server's name: `perfectgym/membership.read`. */
export const scopes = ["membership.read", "membership.write", "customer.read", "customer.write"] as const;

export type Scope = (typeof scopes)[number];

export type Method = "GET" | "POST" | "DELETE";

/** What a caller asked a write to do, after the operation's schemas. */
export interface Wanted {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a read shows that is of the same kind as a write, whoever asked for it. */
export interface Shown {
  /** The change of the same data that waits for the studio; without an id where the read tells none. */
  readonly pendingAmendment?: { readonly id?: number | bigint };
  /** Of the same contract, as the studio spells it. */
  readonly cancelation?: { readonly status?: string; readonly date?: string };
}

/** What a read says of a write. */
export interface Evidence {
  /**
   * `not-carried-out`: nothing of the kind is there. `unclear`: something is there that differs from what was wanted, or
   * the data cannot tell. What differs may still be the write, in the studio's own spelling or to a date it chose.
   */
  readonly verdict: "carried-out" | "not-carried-out" | "unclear";
  /** Where it is carried out: the answer in place of the upstream's, which nobody got. No data but what was wanted. */
  readonly answer?: unknown;
  readonly shown?: Shown;
}

/** What besides the request itself belongs to a write. */
export interface WriteRules {
  /** Published once the upstream accepted it. */
  readonly event:
    | "ContractCancelationRequested"
    | "ContractCancelationWithdrawn"
    | "CustomerDataAmended"
    | "AmendmentWithdrawn";
  readonly readBack?: {
    /** Takes the same `customerId` and nothing else. */
    readonly read: Operation;
    readonly seen: (wanted: Wanted, data: unknown) => Evidence;
    /** The data proves it: an unknown outcome is settled before the caller is answered, not only when she asks again. */
    readonly isAtOnce: boolean;
  };
  /** Body fields that may be left out where the studio's entry in the secret has the named value. */
  readonly studioDefaults?: Readonly<Record<string, "defaultCancelationReasonId">>;
  /** What a receipt says of this write; `data` is what `readBack` read, undefined where that failed. */
  readonly receipt?: (wanted: Wanted, data: unknown) => Readonly<Record<string, unknown>>;
}

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
  /** @default 64 KiB. Lambda takes 6 MB, escaped as JSON or in base64: about 4 MiB of body arrive for sure. */
  readonly largestBodyBytes?: number;
  /** The shape of a 2xx body. Absent: the upstream documents none. */
  readonly answer?: z.ZodType;
  /** What is not a GET has them. */
  readonly write?: WriteRules;
}

/** Checks that a literal is an operation and keeps its exact type. */
export const operation = <
  Params extends z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
>(
  entry: Operation<Params, Query, Body>,
): Operation<Params, Query, Body> => entry;

/** The path with `params` in it, percent-encoded. @throws TypeError where one of them is missing: a bug */
export const pathOf = (
  { id, path }: Pick<Operation, "id" | "path">,
  params: Readonly<Record<string, string | undefined>>,
): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`${id} lacks the parameter ${name}`);
    return encodeURIComponent(value);
  });
