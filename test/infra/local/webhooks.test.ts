import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { Ajv2020 } from "ajv/dist/2020.js";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test, vi } from "vitest";
import { listen } from "#infra/http-server.ts";
import type { PublishedEvent } from "#infra/local/event-bridge.ts";
import { loadService, rulesOf } from "#infra/local/service.ts";
import { readSettings } from "#infra/local/settings.ts";
import { welcome } from "#infra/local/welcome.ts";
import { openApi } from "#lib/docs/openapi.ts";
import { eventTypes } from "#lib/events/events.ts";
import { startHere, tokenFrom } from "./process.ts";

/** A partner's endpoint. Its first answer is an error. */
const receiver = async () => {
  const got: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await text(request) });
    response.writeHead(got.length === 1 ? 500 : 200).end();
  });
  onTestFinished(() => server.close().closeAllConnections());
  return { got, url: `${await listen(server, 0)}/hook` };
};

/** Compares a body with the OpenAPI document. */
const faultsIn = (type: string, body: unknown): string => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(openApi({}), "api");
  ajv.validate({ $ref: `api#/webhooks/${type}/post/requestBody/content/application~1json/schema` }, body);
  return ajv.errorsText();
};

test("npm start posts events as the deployed function does, tries again, and sends an event again on demand", async () => {
  const { got, url } = await receiver();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const gateway = await startHere({ EVENTS_URL: url });
  onTestFinished(async () => {
    await gateway.close();
    vi.restoreAllMocks();
  });
  const secret = gateway.webhooks?.secret ?? "";
  expect(welcome(gateway)).toContain(`Events go to ${url}, signed with ${secret}`);

  const other = await tokenFrom(gateway.url, { client_id: "other-partner", client_secret: "other-secret" });
  const amend = (token: string, email: string, customerId = "1000") =>
    fetch(`${gateway.url}/v1/customers/${customerId}/self-service/contact-data`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ email }),
    });
  expect((await amend(other, "other@example.com", "2001000")).status).toBe(200);
  // The second try comes after five seconds.
  await vi.waitUntil(() => got.length === 2, { timeout: 60_000 });
  const verified = got.map(({ headers, body }) => new Webhook(secret).verify(body, headers as Record<string, string>));
  expect(verified[0]).toMatchObject({
    type: "CustomerDataAmended",
    data: { studioId: "other-studio", customerId: "2001000" },
  });
  expect(verified[1]).toEqual(verified[0]);
  expect(faultsIn("CustomerDataAmended", verified[0])).toBe("No errors");

  expect((await amend(await tokenFrom(gateway.url), "demo@example.com")).status).toBe(200);
  await vi.waitUntil(() => got.length === 3, { timeout: 60_000 });
  const { type, data } = JSON.parse(got[2]?.body ?? "{}");
  expect(data.studioId).toBe("demo-studio");
  const event: PublishedEvent = {
    id: "again",
    bus: "EventBus",
    source: "perfectgym-gateway",
    type,
    time: "2026-11-26T08:00:00Z",
    detail: data,
  };
  await gateway.webhooks?.send(event);
  await vi.waitUntil(() => got.length === 4, { timeout: 60_000 });
  expect([got[3]?.headers["webhook-id"], got[3]?.body]).toEqual([got[2]?.headers["webhook-id"], got[2]?.body]);
});

test("a partner on a laptop gets every event of every studio", async () => {
  const { service } = await loadService({});
  expect(rulesOf(service)).toEqual([
    {
      pattern: {
        source: ["perfectgym-gateway"],
        "detail-type": [...eventTypes],
        detail: { studioId: ["demo-studio", "other-studio"] },
      },
      queues: ["ChainPartnerWebhookQueue"],
    },
  ]);
});

test.each([
  "localhost:4000/hook",
  "ftp://localhost/hook",
  "/hook",
  "http://",
  "http://me:secret@localhost/hook",
  "http://localhost/#x",
])("EVENTS_URL=%s is refused in one sentence that does not repeat it", (url) => {
  const refusal = () => readSettings({ EVENTS_URL: url });
  expect(refusal).toThrow("EVENTS_URL must be an http or https URL without credentials");
  expect(refusal).not.toThrow("secret");
});

test("EVENTS_URL may lead anywhere over http or https, and is optional", () => {
  for (const url of ["http://localhost:4000/hook", "https://app.example.com/hook?x=1", "http://192.168.1.5"])
    expect(readSettings({ EVENTS_URL: url }).eventsUrl).toBe(url);
  expect(readSettings({ EVENTS_URL: "" }).eventsUrl).toBeUndefined();
});
