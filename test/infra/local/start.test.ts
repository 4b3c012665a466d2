import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { listen } from "#infra/http-server.ts";
import { partnersOf, whoCanTry } from "#infra/local/demo-partners.ts";
import { loadService } from "#infra/local/service.ts";
import { readSettings } from "#infra/local/settings.ts";
import { StartFailed } from "#infra/local/start-failed.ts";
import { welcome } from "#infra/local/welcome.ts";
import { ended, startHere, startProcess, startReady, tokenFrom } from "./process.ts";

test("npm start prints its URL, the console and a call that works, and ends on SIGTERM", async () => {
  const started = await startReady();
  // This line comes before anything that takes long.
  expect(started.stderr[0]).toBe("Starting the gateway ...");
  expect(started.stdout[1]).toMatch(`console ${started.url}/ `);
  const calls = started.stdout.flatMap(
    (line) => /^curl -s (\S+) -H 'authorization: (Bearer \S+)'$/.exec(line)?.slice(1) ?? [],
  );
  const [url = "", authorization = ""] = calls;
  expect(calls).toHaveLength(2);
  const answer = await fetch(url, { headers: { authorization } });
  expect(await answer.json()).toEqual([expect.objectContaining({ contractStatus: "ACTIVE" })]);
  await vi.waitFor(() =>
    expect(started.stderr).toContainEqual(
      expect.stringMatching(/ 200 {2}GET {2}\S+\/contract-data {2}\d+ ms {2}demo-partner$/),
    ),
  );

  started.child.kill("SIGTERM");
  expect(await ended(started)).toBe(0);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s to npm itself ends the gateway", async (signal) => {
  const npm = spawn("npm", ["start"], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const [, url = ""] = await new Promise<RegExpExecArray>((resolve) => {
    createInterface({ input: npm.stdout }).on("line", (line) => {
      const found = /^ready (\S+)$/.exec(line);
      if (found) resolve(found);
    });
  });
  // A terminal's Ctrl-C goes to the whole process group, a supervisor's SIGTERM only to npm.
  process.kill(signal === "SIGINT" ? -Number(npm.pid) : Number(npm.pid), signal);
  while (
    await fetch(url).then(
      () => true,
      () => false,
    )
  )
    await sleep(50);
});

/** A gateway in this process, until the test is over, and the lines it writes. */
const started = async (env: Readonly<Record<string, string>> = {}) => {
  const written: string[] = [];
  const log = vi.spyOn(process.stderr, "write").mockImplementation((line) => written.push(String(line)) > 0);
  const gateway = await startHere(env);
  onTestFinished(async () => {
    await gateway.close();
    log.mockRestore();
  });
  return { url: gateway.url, written, gateway };
};

test("an end right after a write tells of no failure", async () => {
  const { url, written, gateway } = await started();
  const answer = await fetch(`${url}/v1/customers/1000/self-service/contact-data`, {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenFrom(url)}`, "content-type": "application/json" },
    body: JSON.stringify({ email: "robin@example.com" }),
  });
  expect(answer.status).toBe(200);
  await gateway.close();
  expect(written.filter((line) => !line.startsWith("{"))).toEqual([]);
});

test("each partner reaches its own studios, and chooses if there are several", async () => {
  const { url } = await started();
  const partner = (name: string) => tokenFrom(url, { client_id: `${name}-partner`, client_secret: `${name}-secret` });
  const name = async (token: string, studio?: string, customerId = "1000") => {
    const headers = { authorization: `Bearer ${token}`, ...(studio && { "studio-id": studio }) };
    const response = await fetch(`${url}/v1/customers/${customerId}/self-service/master-data`, { headers });
    return response.ok ? ((await response.json()) as { lastName: string; firstName: string }) : response.status;
  };
  const [demo, other, chain] = [await partner("demo"), await partner("other"), await partner("chain")];
  const [there, nowhere] = ["2001000", "3001000"];
  const [ofDemo, ofOther] = [await name(demo), await name(other, undefined, there)];
  expect(ofDemo).not.toEqual(ofOther);
  const named = [await name(chain, "demo-studio"), await name(chain, "other-studio", there)];
  expect(named).toEqual([ofDemo, ofOther]);
  expect([await name(chain), await name(chain, undefined, there)]).toEqual([ofDemo, ofOther]);
  expect([await name(chain, "other-studio"), await name(chain, undefined, nowhere)]).toEqual([404, 400]);
  expect([await name(demo, "other-studio"), await name(other, "demo-studio")]).toEqual([403, 403]);
});

test("a cancelation happens once, gets a receipt, and needs no reason if the studio has a default", async () => {
  const { url, written } = await started({ DEFAULT_CANCELATION_REASON_ID: "1001" });
  const headers = {
    authorization: `Bearer ${await tokenFrom(url)}`,
    "content-type": "application/json",
    "idempotency-key": `"${randomUUID()}"`,
  };
  const member = `${url}/v1/memberships/1000/self-service`;
  const contracts = (await (await fetch(`${member}/contract-data`, { headers })).json()) as {
    id: number;
    availableCancelationDates: string[];
  }[];
  const body = JSON.stringify({
    contractId: contracts[0]?.id,
    cancelationDate: contracts[0]?.availableCancelationDates[0],
  });
  const cancel = () => fetch(`${member}/ordinary-contract-cancelation`, { method: "POST", headers, body });
  const [first, second] = [await cancel(), await cancel()];
  const answer = await first.json();
  expect([first.status, answer]).toEqual([
    200,
    { success: "true", receipt: expect.objectContaining({ cancelationStatus: "PENDING_VERIFICATION" }) },
  ]);
  expect([second.headers.get("idempotent-replayed"), await second.json()]).toEqual(["true", answer]);
  const events = () => written.filter((line) => line.includes('"event":"ContractCancelationRequested"'));
  await vi.waitFor(() => expect(events()).toHaveLength(1), { timeout: 120_000 });
});

describe("with settings that reach the stack", () => {
  let url: string;
  let close: () => Promise<void>;
  // One gateway for all of them: osls resolves each set of settings anew.
  beforeAll(async () => {
    ({ url, close } = await startHere({ CORS_ORIGINS: "https://app.example.com", CLIENT_CLAIM: "cid" }));
  });
  afterAll(() => close());

  test("CORS is on for the listed origins only", async () => {
    const preflight = (origin: string) =>
      fetch(`${url}/v1/customers/1000/self-service/contact-data`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const [listed, other] = [
      await preflight("https://app.example.com"),
      await preflight("https://app.example.com.evil.example"),
    ];
    expect(listed.status).toBe(204);
    expect(listed.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(listed.headers.get("vary")).toBe("Origin");
    expect(listed.headers.get("access-control-allow-headers")).toContain("authorization");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();

    const refused = await fetch(`${url}/v1/customers/1000/self-service/contact-data`, {
      headers: { origin: "https://app.example.com" },
    });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "https://app.example.com",
    ]);
  });

  test("an answer that depends on the origin and on something else says both", async () => {
    const page = await fetch(`${url}/docs/problems`, { headers: { origin: "https://app.example.com" } });
    expect(page.headers.get("vary")).toBe("accept-encoding, accept-language, Origin");
  });

  test("a browser app of a listed origin can read its token, and no other origin can", async () => {
    const credentials = { grant_type: "client_credentials", client_id: "demo-partner", client_secret: "demo-secret" };
    const allowed = async (origin: string) => {
      const body = new URLSearchParams(credentials);
      const answer = await fetch(`${url}/oauth2/token`, { method: "POST", headers: { origin }, body });
      return [answer.status, answer.headers.get("access-control-allow-origin")];
    };
    expect(await allowed("https://app.example.com")).toEqual([200, "https://app.example.com"]);
    expect(await allowed("https://other.example.com")).toEqual([200, null]);
  });

  test("tokens may name their client in another claim", async () => {
    const token = await tokenFrom(url);
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    expect([claims.cid, claims.client_id, claims.aud]).toEqual(["demo-partner", undefined, "perfectgym-gateway"]);
    const read = (bearer: string) =>
      fetch(`${url}/v1/customers/1000/self-service/master-data`, { headers: { authorization: `Bearer ${bearer}` } });
    expect((await read(token)).status).toBe(200);
    expect((await read(await tokenFrom(url, { customer_id: "1001" }))).status).toBe(403);
  });
});

test("with an upstream on another machine, the partners' secrets are random and printed once", async () => {
  const env = { PERFECTGYM_BASE_URL: "https://gym.example.com", PERFECTGYM_API_KEY: "key-of-tests" };
  const { url, written, gateway } = await started({ ...env, ALLOWED_HOSTS: "gateway.internal,box" });
  const statusFor = async (client_id: string, client_secret: string) => {
    const form = { grant_type: "client_credentials", client_id, client_secret };
    return (await fetch(`${url}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) })).status;
  };
  const printed = welcome(gateway);
  const lines = printed.split("\n").flatMap((line) => /^(\w+-partner):(\S{32})$/.exec(line)?.slice(1, 3) ?? []);
  expect(lines).toHaveLength(6);
  const [client = "", secret = "", , otherSecret = ""] = lines;
  expect([await statusFor(client, secret), await statusFor(client, otherSecret)]).toEqual([200, 401]);
  expect([await statusFor("demo-partner", "demo-secret"), await statusFor("chain-partner", "chain-secret")]).toEqual([
    401, 401,
  ]);
  expect(printed.split(secret)).toHaveLength(2);
  expect(written.join()).not.toContain(secret);

  const hosts = ["BOX:3000", "gateway.internal", "box.example.com", "rebound.example.com"].map(async (host) => {
    const sent = request(`${url}/docs/nothing`, { headers: { host } }).end();
    const [answer]: IncomingMessage[] = await once(sent, "response");
    answer?.resume();
    return answer?.statusCode;
  });
  expect(await Promise.all(hosts)).toEqual([404, 404, 421, 421]);
});

test("the settings decide whether the partners' secrets are random", async () => {
  const { service } = await loadService({});
  const secretsWith = (env: Readonly<Record<string, string>>) =>
    partnersOf(service, readSettings(env)).map(({ secret }) => secret);
  const upstreamAt = (url: string) => ({ PERFECTGYM_BASE_URL: url, PERFECTGYM_API_KEY: "k" });
  const documented = ["demo-secret", "other-secret", "chain-secret"];
  for (const env of [
    {},
    upstreamAt("http://localhost:1"),
    upstreamAt("http://127.0.0.1:1"),
    upstreamAt("https://[::1]/x"),
  ])
    expect(secretsWith(env)).toEqual(documented);
  for (const host of ["gym.example.com", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1"])
    expect(secretsWith(upstreamAt(`https://${host}`))).not.toEqual(expect.arrayContaining(documented.slice(0, 1)));
  expect(secretsWith({ ...upstreamAt("https://gym.example.com"), DEMO_SECRET: "chosen-by-me" })).toEqual(
    Array(3).fill("chosen-by-me"),
  );
});

test("without a partner that can read contracts, the welcome has no token and says why", () => {
  expect(whoCanTry([])).toBeUndefined();
  const text = welcome({
    url: "http://localhost:3000",
    trial: undefined,
    secrets: [],
    hasConsole: true,
    webhooks: undefined,
  });
  expect(text).toContain("infra/local/partners.yml has no partner");
  expect(text).not.toMatch(/undefined|Bearer|curl/);
});

test("the message about a port that is in use is one line with the port", async () => {
  const server = createServer();
  const { port } = new URL(await listen(server, 0));
  onTestFinished(() => server.close().closeAllConnections());
  const refused = startProcess({ PORT: port });
  expect(await ended(refused)).toBe(1);
  expect(refused.stderr.at(-1)).toContain(`PORT ${port}`);
  expect(refused.stdout).toEqual([]);
});

test("a setting that is not valid ends npm start with one line", async () => {
  const refused = startProcess({ PORT: "http" });
  expect(await ended(refused)).toBe(1);
  expect(refused.stderr).toEqual([expect.stringContaining("PORT")]);
});

test.each([
  ["PERFECTGYM_API_KEY", { PERFECTGYM_BASE_URL: "http://localhost:1" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_BASE_URL: "localhost", PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_BASE_URL: "http://gym.example.com", PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_BASE_URL", { PERFECTGYM_BASE_URL: "https://user:pass@gym.example.com", PERFECTGYM_API_KEY: "k" }],
  ["PERFECTGYM_API_KEY", { PERFECTGYM_BASE_URL: "http://localhost:1", PERFECTGYM_API_KEY: "a b" }],
  ["PORT", { PORT: "http" }],
  ["PORT", { PORT: "70000" }],
  ["DEMO_SECRET", { DEMO_SECRET: "short" }],
  ["DEMO_SECRET", { DEMO_SECRET: "with spaces in it" }],
  ["ALLOWED_HOSTS", { ALLOWED_HOSTS: "localhost:3000" }],
  ["ALLOWED_HOSTS", { ALLOWED_HOSTS: "*" }],
  ["SANDBOX_MEMBERS", { SANDBOX_MEMBERS: "many" }],
  ["SANDBOX_CONTACT_CHANGES", { SANDBOX_CONTACT_CHANGES: "both" }],
  ["DEFAULT_CANCELATION_REASON_ID", { DEFAULT_CANCELATION_REASON_ID: "moving" }],
])("a setting that is not valid is refused with its name: %s in %o", (name, env) => {
  expect(() => readSettings(env)).toThrow(StartFailed);
  expect(() => readSettings(env)).toThrow(name);
});
