import type * as z from "zod/mini";
import type { DocumentRules } from "./document.ts";

/** What a token can allow. In a token, each has the resource server's name before it: `perfectgym/membership.read`. */
export const scopes = [
  "membership.read",
  "membership.write",
  "idle-period.read",
  "idle-period.write",
  "additional-module.read",
  "additional-module.write",
  "contract-withdrawal.write",
  "customer.read",
  "customer.write",
] as const;

export type Scope = (typeof scopes)[number];

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The parameters of a path: ids in digits, by name. */
export type Ids = Readonly<Record<string, string>>;

/** The params and body of a write, parsed by the operation's schemas. */
export interface Wanted<Params extends Ids = Ids, Body = unknown> {
  readonly params: Params;
  readonly body: Body;
  /** When the first request for it came in, in milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Whether the caller sent a document along. */
  readonly hasDocument?: boolean;
}

/** What a read shows of the kind that a write changes. Somebody else may have written it. */
export interface Shown {
  /** The pending change of the same data. Its id is absent if the read shows none. */
  readonly pendingAmendment?: { readonly id?: number | bigint };
  /** The cancelation of the same contract, in the studio's spelling. */
  readonly cancelation?: { readonly status?: string; readonly date?: string };
}

/** What a read says about a write. */
export interface Evidence<Answer = unknown> {
  /**
   * `not-carried-out`: the data shows nothing of the kind. `unclear`: it differs from what was wanted, or does not say.
   * It may differ and still be the write, in the studio's spelling or with a date that the studio chose. `gone`: it no
   * longer shows what the write takes away. That proves the write, where reads lag only once they have caught up.
   */
  readonly verdict: "carried-out" | "gone" | "not-carried-out" | "unclear";
  /** If carried out or gone: the answer that replaces the upstream's lost one. It has only data that the caller sent. */
  readonly answer?: Partial<Answer>;
  readonly shown?: Shown;
}

/** How to find out by reading whether a write was carried out. */
export interface ReadBack<Params extends Ids = Ids, Body = unknown, Answer = unknown, Data = unknown> {
  /** Gets its ids from the write's path, and `customerId` also from a member's token. Without one of them, nothing is read. */
  readonly read: Operation;
  /** A second read, at the same time. `data` then takes a list of both answers. */
  readonly alsoRead?: Operation;
  /** Takes from the answer to `read` what `seen` needs. It accepts any JSON: an undocumented field does no harm. */
  readonly data: z.ZodMiniType<Data>;
  seen(wanted: Wanted<Params, Body>, data: Data): Evidence<Answer>;
  /** Whether the data proves the write. Then the first request settles an unknown outcome, and not only a repeat. */
  readonly isAtOnce: boolean;
  /** How long a read may lag behind a write, in milliseconds. Until then, what the data does not show proves nothing. @default 0 */
  readonly lagMs?: number;
}

/** The types of the events of writes. */
export const writeEvents = [
  "ContractCancelationRequested",
  "ContractCancelationWithdrawn",
  "ContractWithdrawalRequested",
  "IdlePeriodRequested",
  "IdlePeriodUpdateRequested",
  "IdlePeriodWithdrawn",
  "AdditionalModulePurchased",
  "AdditionalModuleCancelationRequested",
  "AdditionalModuleCancelationWithdrawn",
  "CustomerDataAmended",
  "AmendmentWithdrawn",
] as const;

/** What an event can name besides the customer: the fields of its detail. */
export const eventIdNames = ["contractId", "amendmentId", "idlePeriodId", "additionalModuleContractId"] as const;

type EventIds = { readonly [Name in (typeof eventIdNames)[number]]?: string | number | bigint };

/**
 * What belongs to a write besides the request itself. Its functions are methods, because TypeScript then lets the rules
 * of one operation pass as rules of any.
 */
export interface WriteRules<Params extends Ids = Ids, Body = unknown, Answer = unknown, Data = unknown> {
  /** The type of the event that is published once the upstream accepted the write. */
  readonly event: (typeof writeEvents)[number];
  /** The event's ids besides the customer's. `answer` is the upstream's JSON, undefined if there is none. */
  eventIds(wanted: Wanted<Params, Body>, answer: unknown): EventIds;
  readonly readBack?: ReadBack<Params, Body, Answer, Data>;
  /** Body fields that a caller may leave out if the studio's entry in the secret has the named value. */
  readonly studioDefaults?: Readonly<Record<string, "defaultCancelationReasonId">>;
  /** Fields of the answer that the writes table must not keep: a replay lacks them. */
  readonly notKept?: readonly string[];
  /** The receipt's fields about this write. `data` comes from `readBack`, undefined if that failed. */
  receipt?(wanted: Wanted<Params, Body>, data: Data | undefined): Readonly<Record<string, unknown>>;
}

type Day = `${number}-${number}-${number}`;

/** When an operation is to be given up. Both days begin in UTC. */
export interface Deprecation {
  /** Apps should no longer use the operation from this day on. It may be in the future. */
  readonly since: Day;
  /** The operation may be gone from this day on. */
  readonly sunset?: Day;
}

type Schema<Output> = z.ZodMiniType<Output> & Pick<z.ZodMiniObject, "shape">;

/**
 * One method and path of the upstream, as data. The client, the Lambda, the routes and the sandbox derive from it.
 * `id` is the upstream's operationId. `path` has `{name}` for each of `params`, in the order of the URL.
 */
export interface Operation<Params extends Ids = Ids, Body = unknown, Answer = unknown> {
  readonly id: string;
  readonly summary: string;
  readonly method: Method;
  readonly path: `/${string}`;
  /** Absent: partner apps cannot call it, only the gateway itself. */
  readonly scope?: Scope;
  readonly deprecation?: Deprecation;
  readonly params: Schema<Params>;
  /**
   * On a path that names a contract and no customer: reads the contracts of a member, to see whether this one is hers.
   * Without it, a member's token is refused there.
   */
  readonly contractsOfMember?: Operation<{ readonly customerId: string }>;
  readonly body?: Schema<Body>;
  /** @default 64 KiB. Lambda takes 6 MB, as escaped JSON or in base64: a body of 4 MiB always fits. */
  readonly largestBodyBytes?: number;
  /** Present: a request is multipart/form-data, with `body` as JSON in its part `data` and a file in its part `document`. */
  readonly document?: DocumentRules;
  /** The shape of a 2xx body. Absent: the upstream documents none. */
  readonly answer?: z.ZodMiniType<Answer>;
  /** TypeScript infers the types from the schemas, not from the rules. */
  readonly write?: WriteRules<NoInfer<Params>, NoInfer<Body>, NoInfer<Answer>>;
}

/** An operation that changes something. */
export interface WriteOperation<Params extends Ids = Ids, Body = unknown, Answer = unknown>
  extends Operation<Params, Body, Answer> {
  readonly method: Exclude<Method, "GET">;
  readonly write: WriteRules<NoInfer<Params>, NoInfer<Body>, NoInfer<Answer>>;
}

/** Checks that a literal is an operation that only reads. Its schemas give the types. */
export const readOperation = <Params extends Ids, Answer = unknown>(
  entry: Operation<Params, undefined, Answer> & { readonly method: "GET"; readonly write?: never },
): Operation<Params, undefined, Answer> => entry;

/** Checks that a literal is an operation that writes. Its schemas give the types. */
export const writeOperation = <Params extends Ids, Body = undefined, Answer = unknown>(
  entry: WriteOperation<Params, Body, Answer>,
): WriteOperation<Params, Body, Answer> => entry;

/** Checks that a literal is an operation that takes a body but changes nothing, such as a validation or a preview. */
export const checkOperation = <Params extends Ids, Body, Answer = unknown>(
  entry: Operation<Params, Body, Answer> & {
    readonly method: "POST" | "PUT";
    readonly body: Schema<Body>;
    readonly write?: never;
  },
): Operation<Params, Body, Answer> => entry;

/** Whether an operation changes something. One that does not may be sent again, whatever its method. */
export const isWrite = (operation: Pick<Operation, "write">): boolean => operation.write !== undefined;

/** The path with `params` in it, percent-encoded. @throws TypeError if one of them is missing: a bug */
export const pathOf = (
  { id, path }: Pick<Operation, "id" | "path">,
  params: Readonly<Record<string, string | undefined>>,
): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new TypeError(`${id} lacks the parameter ${name}`);
    return encodeURIComponent(value);
  });
