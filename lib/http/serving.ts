import type middy from "@middy/core";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Log, RequestRecord } from "#lib/observability/log.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import type { AccessRules, Principal } from "./principal.ts";

/** What the caller sent, after the operation's schemas. */
export interface Input {
  readonly params: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Those that the upstream gets as they came. */
  readonly headers: Readonly<Record<string, string>>;
}

export type HttpEvent = APIGatewayProxyEventV2WithJWTAuthorizer;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

/** What the middlewares know of the request in hand. */
export interface Serving {
  readonly record: RequestRecord;
  readonly startedAt: number;
  /** Set once the request is authorized. */
  principal?: Principal;
  input: Input;
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
