import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { readBody } from "#infra/http-server.ts";
import { conditionsSchema } from "#infra/sandbox/conditions.ts";
import type { Webhooks } from "../delivery.ts";
import type { Partner } from "../demo-partners.ts";
import type { PublishedEvent } from "../event-bridge.ts";
import { type Issuer, tokenOf } from "../issuer.ts";
import type { Journal } from "../journal.ts";
import type { LocalStudios } from "../studios.ts";
import { assetAt } from "./assets.ts";
import { callables } from "./callables.ts";
import { mayAsk } from "./guard.ts";
import type { Setting } from "./messages.ts";
import { createStreams } from "./stream.ts";

export interface ConsoleOptions {
  readonly journal: Journal;
  readonly partners: readonly Partner[];
  readonly issuer: Issuer;
  readonly studios: Pick<LocalStudios, "sandboxes" | "demo">;
  readonly webhooks: Webhooks | undefined;
  /** All events that were published. */
  readonly events: readonly PublishedEvent[];
}

const security = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** What a handler answers with. Undefined: it goes on to write the response itself. */
type Answer = { readonly status: number; readonly body: unknown } | undefined;

type Handler = (request: IncomingMessage, response: ServerResponse) => Answer | Promise<Answer>;

/** The greatest size of a body, in bytes. */
const bodyLimit = 1024;

const tokenRequest = z.strictObject({ clientId: z.string(), customerId: z.string().regex(/^\d+$/).optional() });

/** The console's page, the example app, and what they ask for. Its result is false for any other path. */
export const createConsole = ({ journal, partners, issuer, studios, webhooks, events }: ConsoleOptions) => {
  const sandboxes = Object.values(studios.sandboxes);
  const [demo] = sandboxes;
  const streams = createStreams(journal, demo);
  const setting = (): Setting => ({
    partners: partners.map(({ id: clientId, secret, studios: own, tokens }) => ({
      clientId,
      secret,
      studios: own,
      tokens,
    })),
    operations: callables(),
    webhooks: webhooks && { url: webhooks.url, secret: webhooks.secret },
    sandbox: studios.demo,
  });

  const handlers: Readonly<Record<string, Handler>> = {
    "GET /_console/setting": () => ok(setting()),
    "GET /_console/cast": () => ok(demo?.cast() ?? []),
    "GET /_console/stream": (_, response) => {
      streams.open(response.writeHead(200, { ...security, "content-type": "text/event-stream" }));
      return undefined;
    },
    "POST /_console/token": taking(tokenRequest, async ({ clientId, customerId }) => {
      const partner = partners.find(({ id }) => id === clientId);
      if (!partner) return bad("there is no such partner");
      return ok({ token: await tokenOf(issuer, partner, customerId ? { customer_id: customerId } : {}) });
    }),
    "POST /_console/send": taking(z.strictObject({ eventId: z.string() }), async ({ eventId }) => {
      const event = events.find(({ id }) => id === eventId);
      if (!event || !webhooks) return bad(event ? "EVENTS_URL is not set" : "there is no such event");
      await webhooks.send(event);
      return ok({});
    }),
    "POST /_console/conditions": taking(conditionsSchema, async (wanted) => {
      if (!demo) return bad("the upstream is not a sandbox");
      await Promise.all(sandboxes.map(({ conditions }) => conditions.change(wanted)));
      streams.tell(demo.conditions.current());
      return ok(demo.conditions.current());
    }),
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const { method, url = "" } = request;
    if (!((url === "/" && method === "GET") || /^\/(_console\/|example(\/|$))/.test(url))) return false;
    if (!mayAsk(request)) send(response, { status: 403, body: { error: "only the console's own pages may ask" } });
    else await answer(`${method} ${url}`, request, response);
    return true;
  };

  async function answer(route: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asset = route.startsWith("GET ") ? await assetAt(route.slice("GET ".length)) : undefined;
    if (asset) {
      response.writeHead(200, { ...security, "content-type": asset.type }).end(asset.text);
      return;
    }
    const handler = handlers[route];
    const given = handler ? await handler(request, response) : { status: 404, body: { error: "not found" } };
    if (given) send(response, given);
  }
};

const ok = (body: unknown): Answer => ({ status: 200, body });

const bad = (error: string): Answer => ({ status: 400, body: { error } });

const send = (response: ServerResponse, { status, body }: NonNullable<Answer>): void =>
  void response.writeHead(status, { ...security, "content-type": "application/json" }).end(JSON.stringify(body));

/** A handler of a JSON body. */
const taking =
  <Body>(schema: z.ZodType<Body>, handle: (body: Body) => Promise<Answer>): Handler =>
  async (request) => {
    const text = await readBody(request, bodyLimit);
    const { success, data, error } = schema.safeParse(text && parsed(text.toString()));
    return success ? handle(data) : bad(z.prettifyError(error));
  };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};
