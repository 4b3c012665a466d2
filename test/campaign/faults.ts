import type { Fault } from "#infra/sandbox/http/faults.ts";
import { Refusal } from "#infra/sandbox/http/refusal.ts";
import type { Mishap } from "../faulty.ts";

/** The calls of a function to other services, in the order in which a write makes them. */
export type Stage = "claim" | "send" | "read-back" | "publish" | "settle";

type Untargeted<Kind> = Kind extends Fault ? Omit<Kind, "operation" | "customerId" | "times"> : never;

/** A fault in one request of a function. */
export type Effect =
  /** The process is killed before the request is passed on, after that, or after its answer. */
  | { readonly kill: "unsent" | "sent" | "answered" }
  | { readonly service: Mishap }
  | { readonly upstream: Untargeted<Fault> }
  /** The studio's key is replaced just before the request. */
  | { readonly rotate: true };

interface Point {
  readonly stage: Stage;
  /** It is about the document of a form. */
  readonly needsDocument?: true;
  readonly effects: Readonly<Record<string, Effect>>;
}

const status = (code: number, more: { carriedOut?: boolean; body?: string; retryAfter?: number } = {}): Effect => ({
  upstream: { kind: "status", status: code, ...more },
});
const upstream = (fault: Untargeted<Fault>): Effect => ({ upstream: fault });
const refusal = JSON.stringify(new Refusal("DOCUMENT_INVALID", { reference: "document" }).body("en", "campaign"));
const page = "<html>Bad gateway</html>";
const moved = { kind: "status", status: 302, location: "/maintenance" } as const;
const carriedOut = true;

const killedBefore = { "kill-unsent": { kill: "unsent" }, "kill-sent": { kill: "sent" } } as const;
const kill = { kill: { kill: "answered" } } as const;
const unreached = { refused: { service: "refused" }, hang: { service: "hang" } } as const;
const unheard = { "answer-lost": { service: "answer-lost" }, "hang-after": { service: "hang-after" } } as const;

/**
 * Every point of the write path, with its possible faults. As in the table of endings, a 429, the upstream's own 503 and
 * a 4xx other than 408 mean that the write is not carried out.
 */
export const faults = {
  "before-claim": { stage: "claim", effects: { ...killedBefore, ...unreached } },
  "after-claim": { stage: "claim", effects: { ...kill, ...unheard } },
  "before-send": {
    stage: "send",
    effects: {
      ...killedBefore,
      "key-rotated": { rotate: true },
      "400": status(400),
      "403": status(403),
      "403-page": upstream({ kind: "html", status: 403 }),
      "404": status(404),
      "404-page": upstream({ kind: "html", status: 404 }),
      "404-text": status(404, { body: "default backend - 404" }),
      "409": status(409),
      "409-empty": status(409, { body: "" }),
      "422": status(422),
      "429": status(429, { retryAfter: 1 }),
      "500": status(500),
      "502": status(502, { body: page }),
      "503": status(503, { retryAfter: 1 }),
      "503-page": status(503, { body: page }),
      moved: upstream(moved),
      hang: upstream({ kind: "hang" }),
      reset: upstream({ kind: "reset" }),
      html: upstream({ kind: "html" }),
    },
  },
  "judging-document": {
    stage: "send",
    needsDocument: true,
    effects: { "400": status(400, { body: refusal }), "413": status(413), "415": status(415) },
  },
  "after-carrying-out": {
    stage: "send",
    effects: {
      ...kill,
      "408": status(408, { carriedOut }),
      "500": status(500, { carriedOut }),
      "502": status(502, { carriedOut, body: page }),
      "503-page": status(503, { carriedOut, body: page }),
      "504": status(504, { carriedOut }),
      moved: upstream({ ...moved, carriedOut }),
      hang: upstream({ kind: "hang", carriedOut }),
      reset: upstream({ kind: "reset", carriedOut }),
      html: upstream({ kind: "html", carriedOut }),
      "broken-json": upstream({ kind: "brokenJson" }),
      slow: upstream({ kind: "delay", ms: 600 }),
      late: upstream({ kind: "delay", ms: 2_800 }),
    },
  },
  "reading-back": {
    stage: "read-back",
    effects: {
      ...kill,
      "404": status(404),
      "404-page": upstream({ kind: "html", status: 404 }),
      "429": status(429, { retryAfter: 1 }),
      "500": status(500),
      "503-page": status(503, { body: page }),
      hang: upstream({ kind: "hang" }),
      reset: upstream({ kind: "reset" }),
      html: upstream({ kind: "html" }),
      "broken-json": upstream({ kind: "brokenJson" }),
      slow: upstream({ kind: "delay", ms: 600 }),
    },
  },
  publishing: { stage: "publish", effects: { ...killedBefore, ...kill, ...unreached, ...unheard } },
  "before-settle": { stage: "settle", effects: { ...killedBefore, ...unreached } },
  "after-settle": { stage: "settle", effects: { ...kill, ...unheard } },
} as const satisfies Record<string, Point>;

export interface NamedEffect {
  /** Such as `before-send/500`. */
  readonly name: string;
  readonly point: string;
  readonly stage: Stage;
  readonly needsDocument?: true | undefined;
  readonly effect: Effect;
}

export const allEffects: readonly NamedEffect[] = Object.entries<Point>(faults).flatMap(
  ([point, { stage, needsDocument, effects }]) =>
    Object.entries(effects).map(([name, effect]) => ({
      name: `${point}/${name}`,
      point,
      stage,
      needsDocument,
      effect,
    })),
);
