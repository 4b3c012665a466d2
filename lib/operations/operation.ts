import type * as z from "zod";

/** What a token may be allowed to do; on the wire prefixed by the resource server's name: `perfectgym/membership.read`. */
export const scopes = ["membership.read", "membership.write", "customer.read", "customer.write"] as const;

export type Scope = (typeof scopes)[number];

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The parameters of a path: ids in digits, by name. */
export type Ids = Readonly<Record<string, string>>;

/** The parameters of a write: each is for one customer. */
export type CustomerIds = Ids & { readonly customerId: string };

/** What a caller wants a write to do, as the operation's schemas read it. */
export interface Wanted<Params extends Ids = Ids, Body = unknown> {
  readonly params: Params;
  readonly body: Body;
}

/** What a read shows of the same kind as a write, whoever it came from. */
export interface Shown {
  /** The pending change of the same data, without an id if the read shows none. */
  readonly pendingAmendment?: { readonly id?: number | bigint };
  /** Of the same contract, as the studio spells it. */
  readonly cancelation?: { readonly status?: string; readonly date?: string };
}

/** What a read says about a write. */
export interface Evidence<Answer = unknown> {
  /**
   * `not-carried-out`: the data shows nothing of the kind. `unclear`: it shows something that differs from what was
   * wanted, or it cannot tell. What differs may still be the write, in the studio's own spelling or with a date it chose.
   */
  readonly verdict: "carried-out" | "not-carried-out" | "unclear";
  /** If carried out: the answer in place of the upstream's, which was lost. It has only data that the caller sent. */
  readonly answer?: Partial<Answer>;
  readonly shown?: Shown;
}

/** How the outcome of a write can be read. */
export interface ReadBack<Params extends Ids = Ids, Body = unknown, Answer = unknown, Data = unknown> {
  readonly read: Operation<{ readonly customerId: string }>;
  /** Reads what is needed of the answer to `read`. It accepts any JSON: an undocumented field must not cost the evidence. */
  readonly data: z.ZodType<Data>;
  seen(wanted: Wanted<Params, Body>, data: Data): Evidence<Answer>;
  /** The data proves it: an unknown outcome is settled before the caller gets an answer, not only on a repeat. */
  readonly isAtOnce: boolean;
}

type Id = string | number | bigint;

/**
 * What belongs to a write besides the request itself. Its functions are methods, because TypeScript then lets the rules
 * of one operation pass as rules of any.
 */
export interface WriteRules<Params extends Ids = Ids, Body = unknown, Answer = unknown, Data = unknown> {
  /** Published once the upstream accepted the write. */
  readonly event:
    | "ContractCancelationRequested"
    | "ContractCancelationWithdrawn"
    | "CustomerDataAmended"
    | "AmendmentWithdrawn";
  /** What the event names besides the customer. `answer` is the upstream's JSON, undefined if there is none. */
  eventIds(wanted: Wanted<Params, Body>, answer: unknown): { readonly contractId?: Id; readonly amendmentId?: Id };
  readonly readBack?: ReadBack<Params, Body, Answer, Data>;
  /** Body fields that may be left out if the studio's entry in the secret has the named value. */
  readonly studioDefaults?: Readonly<Record<string, "defaultCancelationReasonId">>;
  /** What a receipt says about this write. `data` comes from `readBack`, undefined if that failed. */
  receipt?(wanted: Wanted<Params, Body>, data: Data | undefined): Readonly<Record<string, unknown>>;
}

type Schema<Output> = z.ZodType<Output> & Pick<z.ZodObject, "shape">;

/**
 * One method and path of the upstream, as data. The client, the Lambda, the routes and the sandbox derive from it.
 * `id` is the upstream's operationId; `path` holds `{name}` for each of `params`, in the order of the URL.
 */
export interface Operation<Params extends Ids = Ids, Body = unknown, Answer = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly method: Method;
  readonly path: `/${string}`;
  /** Absent: only the gateway itself calls it, no partner app may. */
  readonly scope?: Scope;
  readonly params: Schema<Params>;
  /**
   * On a path that names a contract and no customer: reads the contracts of a member, to see whether this one is hers.
   * Without it, a member's token is refused there.
   */
  readonly contractsOfMember?: Operation<{ readonly customerId: string }>;
  readonly body?: Schema<Body>;
  /** @default 64 KiB. Lambda takes 6 MB, escaped as JSON or in base64: about 4 MiB of body arrive for sure. */
  readonly largestBodyBytes?: number;
  /** The shape of a 2xx body. Absent: the upstream documents none. */
  readonly answer?: z.ZodType<Answer>;
  /** The schemas give the types, not the rules. */
  readonly write?: WriteRules<NoInfer<Params>, NoInfer<Body>, NoInfer<Answer>>;
}

/** An operation that changes something. */
export interface WriteOperation<Params extends CustomerIds = CustomerIds, Body = unknown, Answer = unknown>
  extends Operation<Params, Body, Answer> {
  readonly method: Exclude<Method, "GET">;
  readonly write: WriteRules<NoInfer<Params>, NoInfer<Body>, NoInfer<Answer>>;
}

/** Checks that a literal is an operation that only reads. Its schemas give the types. */
export const readOperation = <Params extends Ids, Answer = unknown>(
  entry: Operation<Params, undefined, Answer> & { readonly method: "GET"; readonly write?: never },
): Operation<Params, undefined, Answer> => entry;

/** Checks that a literal is an operation that writes. Its schemas give the types. */
export const writeOperation = <Params extends CustomerIds, Body = undefined, Answer = unknown>(
  entry: WriteOperation<Params, Body, Answer>,
): WriteOperation<Params, Body, Answer> => entry;

/** Whether an operation changes something. What changes nothing may be sent again, whatever its method. */
export const isWrite = (operation: Pick<Operation, "write">): boolean => operation.write !== undefined;

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
