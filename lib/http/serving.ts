import type middy from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Publisher } from "#lib/events/publisher.ts";
import type { Log, OpenRecord } from "#lib/observability/log.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import type { Ledger } from "#lib/writes/ledger.ts";
import type { Writer } from "#lib/writes/writer.ts";
import type { AccessRules, Principal } from "./principal.ts";

/** What the caller sent, after the operation's schemas. */
export interface Input {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Those that the upstream gets as they came. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only of a write, and only where the caller sent one. */
  readonly idempotencyKey?: string | undefined;
}

/** What is read of API Gateway's event, payload format 2.0. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  // Absent where there is none; tools that make test events write null, as payload format 1.0 does.
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

/** What the middlewares know of the request in hand. */
export interface Serving {
  readonly record: OpenRecord;
  readonly startedAt: number;
  /** Set once the request is authorized. */
  principal?: Principal;
  input: Input;
  /** From then on whatever goes wrong may have come after the write. */
  isWriteBegun?: boolean;
}

export interface ServingContext extends Context {
  serving: Serving;
}

export type Middleware = middy.MiddlewareObj<HttpEvent, HttpAnswer, Error, ServingContext>;

/** The side effects that serving an operation needs. */
export interface Live {
  readonly perfectgym: PerfectGym;
  readonly access: AccessRules;
  readonly log: Log;
  readonly now: () => number;
}

/** And those that serving a write needs. */
export interface LiveWrites extends Live {
  readonly writer: Writer;
  readonly ledger: Ledger;
  /** Of the stage. @throws LedgerUnavailable */
  readonly pepper: () => Promise<string>;
  readonly publisher: Publisher;
}
