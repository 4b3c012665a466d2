import type middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Publisher } from "#lib/events/publisher.ts";
import type { Counted, Limiter } from "#lib/limits/limiter.ts";
import type { Limits } from "#lib/limits/limits.ts";
import type { Log, OpenRecord } from "#lib/observability/log.ts";
import type { Document } from "#lib/operations/document.ts";
import type { Ids } from "#lib/operations/operation.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import type { Language } from "#lib/problems/language.ts";
import type { Ledger } from "#lib/writes/ledger.ts";
import type { Writer } from "#lib/writes/writer.ts";
import type { AccessRules } from "./entitlements.ts";
import type { ParseForm } from "./form-parser.ts";
import type { FindStudio } from "./home-studio.ts";

/** Who is calling, after all checks: a partner's app for members of its studios, or for one member. */
export interface Principal {
  /** `service`: a direct invocation. */
  readonly clientId: string;
  readonly studioId: string;
  /** The customer id of a member's token. */
  readonly member?: string | undefined;
  /** Absent from a direct invocation, which has none. */
  readonly limits?: Limits;
}

/** A request as its operation's schemas read it, over HTTP or from a direct invocation. */
export interface Read<Params extends Ids = Ids, Body = unknown> {
  readonly params: Params;
  /** Undefined if the operation takes none. */
  readonly body: Body;
  /** Only of an operation that takes one, and only if the caller sent one. */
  readonly document?: Document | undefined;
  /** Those that the upstream gets as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only of a write, and only if the caller sent one. */
  readonly idempotencyKey?: string | undefined;
}

/** The same, and who sent it. */
export interface Input<Params extends Ids = Ids, Body = unknown> extends Read<Params, Body> {
  readonly principal: Principal;
}

/** The part of API Gateway's event (payload format 2.0) that the gateway reads. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  // Absent if there is none. Tools that make test events write null, as payload format 1.0 does.
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly authorizer?: { readonly jwt: { readonly claims: Readonly<Record<string, unknown>> } };
  };
}

export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** A request that reached the Lambda, before anything of it is read. It is the event of the middlewares. */
export interface Arrival<Event = unknown> {
  readonly event: Event;
  readonly record: OpenRecord;
  /** The caller's, or one that the gateway made. The log has it, and the upstream gets it. */
  readonly traceparent: string;
  /** In milliseconds on the clock of `live.now`, as all times here. */
  readonly startedAt: number;
  /** Of the gateway's own texts. */
  readonly language: Language;
  /** The caller's Accept header. A direct invocation has none. */
  readonly accept: string | undefined;
  /** Set before a write may be sent. Whatever fails later may have failed after the write was carried out. */
  isWriteBegun: boolean;
  /** Of a request over HTTP, once its client is known. */
  limit?: LimitOfRequest;
}

/** A partner's limit for an operation, and what is left of it. */
export interface LimitOfRequest {
  /** Requests in a window. */
  readonly quota: number;
  readonly counted: () => Promise<Counted>;
}

/** A request that may be carried out. */
export interface Admitted<Params extends Ids = Ids, Body = unknown> {
  readonly input: Input<Params, Body>;
  readonly record: OpenRecord;
  readonly startedAt: number;
  readonly language: Language;
  readonly accept: string | undefined;
  /** The caller must have an answer by then, whatever it is. */
  readonly deadline: number;
  /** Lambda ends the function then. */
  readonly endsAt: number;
  /** Must be called before a write is sent. */
  readonly beginWrite: () => void;
}

export type Middleware = middy.MiddlewareObj<Arrival, HttpAnswer>;

/** The side effects that serving an operation needs. */
export interface Live {
  readonly perfectgym: PerfectGym;
  readonly access: AccessRules;
  readonly limiter: Limiter;
  /** For clients with several studios. */
  readonly findStudio: FindStudio;
  readonly log: Log;
  readonly now: () => number;
  /** Only of a Lambda whose operation takes a document. */
  readonly parseForm?: ParseForm;
}

/** Gives the answer of a write the form that its caller accepts. `timeZoneOf` reads the studio's, undefined if unknown. */
export type Confirm = (
  answer: HttpAnswer,
  admitted: Pick<Admitted, "input" | "language" | "accept">,
  timeZoneOf: () => Promise<string | undefined>,
) => Promise<HttpAnswer>;

/** And those that serving a write needs. */
export interface LiveWrites extends Live {
  readonly writer: Writer;
  readonly ledger: Ledger;
  /** Of the stage. @throws LedgerUnavailable */
  readonly pepper: () => Promise<string>;
  readonly publisher: Publisher;
  /** Only of a Lambda whose operation has a receipt. */
  readonly confirm?: Confirm;
}
