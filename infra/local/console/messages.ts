import type { Conditions } from "#infra/sandbox/conditions.ts";
import type { CastMember } from "#infra/sandbox/members/directory.ts";

/** A request that reached the upstream. */
export interface UpstreamCall {
  readonly studio: string;
  readonly method: string;
  readonly path: string;
  /** Undefined: there was no whole answer. */
  readonly status: number | undefined;
  readonly ms: number;
}

/** A request to the gateway. */
export interface Exchange {
  /** The request id of the log. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** The client of a valid token. */
  readonly clientId?: string;
  /** A problem's code. */
  readonly code?: string;
  /** Known once the request ended. Without a status, the caller went away. */
  readonly ended?: { readonly status: number | undefined; readonly ms: number };
  /** Lines of the log, as JSON. */
  readonly log: readonly string[];
  readonly upstream: readonly UpstreamCall[];
}

/** An event that the bus took. */
export interface Published {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A message of the console's stream. A page that just connected gets a snapshot first. */
export type Message =
  | {
      readonly kind: "snapshot";
      readonly exchanges: readonly Exchange[];
      readonly events: readonly Published[];
      readonly conditions: Conditions | undefined;
    }
  | { readonly kind: "exchange"; readonly exchange: Exchange }
  | { readonly kind: "event"; readonly event: Published }
  | { readonly kind: "conditions"; readonly conditions: Conditions };

export interface Partner {
  readonly clientId: string;
  readonly secret: string;
  readonly studios: readonly string[];
  readonly tokens: readonly string[];
}

/** An operation, as far as the console needs it to send a request. */
export interface Callable {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly method: string;
  readonly path: string;
  readonly isWrite: boolean;
  /** The body is JSON in a form. */
  readonly isForm: boolean;
  /** The body's fields. Undefined: there is no body. */
  readonly fields: readonly Field[] | undefined;
}

export interface Field {
  readonly name: string;
  readonly isInteger: boolean;
  /** JSON. Absent: an example of the body does not need the field. */
  readonly example?: string;
}

/** What does not change while the gateway runs. */
export interface Setting {
  readonly partners: readonly Partner[];
  readonly operations: readonly Callable[];
  /** Where events are posted, and what signs them. Undefined without EVENTS_URL. */
  readonly webhooks: { readonly url: string; readonly secret: string } | undefined;
  /** Undefined if the upstream is not the sandbox. */
  readonly sandbox: { readonly url: string; readonly apiKey: string } | undefined;
}

export type { CastMember, Conditions };
