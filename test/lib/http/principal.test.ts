import { beforeEach, describe, expect, test, vi } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractCancelationReasonData, getContractData } from "#lib/operations/contracts.ts";
import { aFunction, hideLog, partnerClaims, theLog } from "../../given.ts";

const params = { customerId: "1000" };
const { upstream, secrets, ...read } = await aFunction(
  getContractData,
  () => import("#functions/contracts/get-contract-data.ts"),
);
const reasons = await aFunction(
  getContractCancelationReasonData,
  () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
);
const write = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);

hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answerAlways({ body: "[]" });
});

const by = (client_id: string, more: Readonly<Record<string, string>> = {}) => ({
  ...partnerClaims,
  client_id,
  ...more,
});

describe("a client", () => {
  test.each(["partner-of-strangers", "__proto__", "constructor", ""])(
    "without an entry (%s) is refused",
    async (client) => {
      expect(await read.send({ params, claims: by(client) })).toBeProblem(403, { code: "forbidden" });
      expect(await reasons.send({ claims: by(client) })).toBeProblem(403, { code: "forbidden" });
      expect(upstream.requests).toEqual([]);
    },
  );

  test.each([
    ["partner-of-strangers", "partner-of-tests"],
    ["partner-of-tests", "partner-of-strangers"],
    ["partner-of-tests", "partner-of-other"],
    ["", "partner-of-tests"],
  ])("named %j by client_id and %j by azp is refused", async (client_id, azp) => {
    const lines = theLog();
    const answer = await read.send({ params, claims: by(client_id, { azp }) });
    expect(answer).toBeProblem(403, { code: "forbidden" });
    expect(answer.json).toMatchObject({ detail: "The token's claims client_id and azp name different clients." });
    expect(lines).toMatchObject([{ status: 403, reason: expect.stringContaining("client_id and azp") }]);
    expect(upstream.requests).toEqual([]);
  });

  test("may be named by both claims if they agree", async () => {
    expect((await read.send({ params, claims: { ...partnerClaims, azp: "partner-of-tests" } })).status).toBe(200);
  });

  test.each([{}, { cid: "partner-of-tests" }, { client_id: "" }])(
    "that no claim names (%o) learns which claims the gateway reads",
    async (claims) => {
      const lines = theLog();
      const answer = await read.send({ params, claims: { scope: partnerClaims.scope, ...claims } });
      expect(answer).toBeProblem(403, { code: "forbidden" });
      const detail = "The token names no client. This gateway reads the claim client_id or azp.";
      expect(answer.json).toMatchObject({ detail });
      expect(lines).toMatchObject([{ status: 403, reason: detail }]);
      expect(lines[0]).not.toHaveProperty("clientId");
    },
  );

  test("without an entry is logged by its id, unless that may be personal data", async () => {
    const lines = theLog();
    for (const client of ["0oa8f2ab:new/app.1|x", "robin@example.com", "Robin Sample", "x".repeat(129)])
      await read.send({ params, claims: by(client, { sub: "user-123" }) });
    expect(lines.map(({ clientId }) => clientId)).toEqual(["0oa8f2ab:new/app.1|x", undefined, undefined, undefined]);
    for (const line of lines)
      expect(line).toMatchObject({ reason: "The token's client is not registered with this gateway." });
    expect(JSON.stringify(lines)).not.toMatch(/example\.com|Sample|user-123/);
  });

  test("is named by the claim that the stage sets, and by no other", async () => {
    vi.stubEnv("CLIENT_CLAIM", "cid");
    vi.resetModules();
    const okta = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
    const { scope } = partnerClaims;
    const by = async (claims: Readonly<Record<string, string>>) => okta.send({ params, claims: { scope, ...claims } });
    expect((await by({ cid: "partner-of-tests" })).status).toBe(200);
    expect((await by({ cid: "partner-of-tests", client_id: "partner-of-other", azp: "x" })).status).toBe(200);
    expect((await by({ cid: "partner-of-strangers", client_id: "partner-of-tests" })).status).toBe(403);
    expect((await by({ cid: "partner-of-tests", customer_id: "4711" })).status).toBe(403);
    expect((await by({ client_id: "partner-of-tests" })).json).toMatchObject({
      detail: "The token names no client. This gateway reads the claim cid.",
    });
    vi.stubEnv("CLIENT_CLAIM", "");
  });

  test("may be named by azp, as some issuers do", async () => {
    const { client_id: azp, scope: scp } = partnerClaims;
    expect((await read.send({ params, claims: { azp, scp: `[${scp}]` } })).status).toBe(200);
  });

  test("has the scopes that both its token and its configuration grant", async () => {
    const body = { email: "robin@example.com" };
    expect((await read.send({ params, claims: by("partner-who-reads") })).status).toBe(200);
    expect(await write.send({ params, body, claims: by("partner-who-reads") })).toBeProblem(403);
    expect(
      await write.send({ params, body, claims: { ...partnerClaims, scope: "perfectgym/customer.read" } }),
    ).toBeProblem(403);
    expect(await read.send({ params, claims: { client_id: "partner-of-tests" } })).toBeProblem(403);
    for (const scope of ["evil/membership.read", "membership.read", "perfectgym/membership.readable"])
      expect(await read.send({ params, claims: { ...partnerClaims, scope } })).toBeProblem(403);
    expect(upstream.requests).toHaveLength(1);
  });
});

describe("a member's token", () => {
  test("does not open a record whose id only begins or rounds like hers", async () => {
    const opens = async (customer_id: string, customerId: string) =>
      (await read.send({ params: { customerId }, claims: { ...partnerClaims, customer_id } })).status;
    expect(await opens("1000", "10001")).toBe(403);
    expect(await opens("10001", "1000")).toBe(403);
    expect(await opens("9007199254740993", "9007199254740992")).toBe(403);
    expect(await opens("9007199254740993", "9007199254740993")).toBe(200);
  });

  test("is the only kind that a members' app may use", async () => {
    expect((await read.send({ params, claims: by("app-of-members", { customer_id: "1000" }) })).status).toBe(200);
    expect(await read.send({ params, claims: by("app-of-members", { sub: "user-123" }) })).toBeProblem(403);
    expect(await reasons.send({ claims: by("app-of-members") })).toBeProblem(403);
    expect(upstream.requests).toHaveLength(1);
  });

  test("is refused from an app that may only act for all members", async () => {
    expect(await read.send({ params, claims: by("partner-who-reads", { customer_id: "1000" }) })).toBeProblem(403);
  });

  test("is refused from a client of several studios, where her id may belong to another person", async () => {
    const claims = by("partner-of-two", { customer_id: "1000" });
    const headers = { "studio-id": "studio-of-tests" };
    expect(await read.send({ params, claims, headers })).toBeProblem(403, { code: "forbidden" });
  });

  test("is accepted on a route without a customer", async () => {
    expect((await reasons.send({ claims: { ...partnerClaims, customer_id: "1000" } })).status).toBe(200);
  });

  test("whose member is not a customer id is refused on every route", async () => {
    for (const customer_id of ["01000", "", "me", "1000 "]) {
      expect(await read.send({ params, claims: { ...partnerClaims, customer_id } })).toBeProblem(403);
      expect(await reasons.send({ claims: { ...partnerClaims, customer_id } })).toBeProblem(403);
    }
    expect(upstream.requests).toEqual([]);
  });
});

describe("a studio", () => {
  test("is the client's only one, or the one that the header chooses", async () => {
    expect((await read.send({ params, headers: { "studio-id": "studio-of-tests" } })).status).toBe(200);
    expect(
      (await read.send({ params, claims: by("partner-of-two"), headers: { "studio-id": "studio-of-tests" } })).status,
    ).toBe(200);
  });

  test("must be chosen if the client has several", async () => {
    expect(await read.send({ params, claims: by("partner-of-two") })).toBeProblem(400, { pointers: ["/studio-id"] });
  });

  test("that the client may not use looks the same whether it exists or not", async () => {
    const refusals = await Promise.all([
      read.send({ params, headers: { "studio-id": "other-studio" } }),
      read.send({ params, headers: { "studio-id": "no-such-studio" } }),
      read.send({ params, headers: { "studio-id": "studio-of-tests,studio-of-tests" } }),
      read.send({ params, headers: { "studio-id": "" } }),
      read.send({ params, headers: { "studio-id": " Studio-Of-Tests " } }),
      read.send({ params, claims: by("partner-of-nothing") }),
      read.send({ params, claims: by("partner-of-nowhere") }),
    ]);
    for (const answer of refusals) expect(answer).toBeProblem(403, { code: "forbidden" });
    expect(new Set(refusals.map(({ text }) => text)).size).toBe(1);
    expect(upstream.requests).toEqual([]);
  });

  test("that is missing from the secret is reported in the log", async () => {
    const lines = theLog();
    await read.send({ params, claims: by("partner-of-nowhere") });
    expect(lines).toEqual([
      expect.objectContaining({ status: 403, errors: [expect.objectContaining({ name: "StudioUnknown" })] }),
    ]);
  });

  test("is called with its own key only, in parallel and after a rotation too", async () => {
    const studio = (apiKey: string) => ({ baseUrl: upstream.url, apiKey });
    const valid = new Set(["key-of-tests", "key-of-other"]);
    secrets.set(
      "studios",
      JSON.stringify({ "studio-of-tests": studio("key-of-tests"), "other-studio": studio("key-of-other") }),
    );
    upstream.answerAlways(({ headers }) => ({
      status: valid.has(String(headers["x-api-key"])) ? 200 : 401,
      body: "[]",
    }));
    const both = async () => {
      const claims = ["partner-of-tests", "partner-of-other"].flatMap((client) => Array(10).fill(by(client)));
      return Promise.all(claims.map((each, i) => read.send({ params: { customerId: String(i + 1) }, claims: each })));
    };
    // The secret of this file's start is still cached: the other studio is not in it until a key is rejected.
    valid.delete("key-of-tests");
    valid.add("key-two");
    secrets.set(
      "studios",
      JSON.stringify({ "studio-of-tests": studio("key-two"), "other-studio": studio("key-of-other") }),
    );
    await read.send({ params });
    upstream.requests.length = 0;

    const answers = await both();
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const keys = upstream.requests.map(({ url, headers }) => [Number(url.split("/")[3]) <= 10, headers["x-api-key"]]);
    expect(new Set(keys.map(String))).toEqual(new Set(["true,key-two", "false,key-of-other"]));

    valid.delete("key-of-other");
    valid.add("key-three");
    secrets.set(
      "studios",
      JSON.stringify({ "studio-of-tests": studio("key-two"), "other-studio": studio("key-three") }),
    );
    expect((await both()).map(({ status }) => status)).toEqual(Array(20).fill(200));
  });
});
