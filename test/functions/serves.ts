import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { jsonIn } from "../forms.ts";
import { type Answer, aFunction, hideLog, partnerClaims, type Sent } from "../given.ts";
import type { ProblemParts } from "../setup.ts";
import type { RecordingUpstream } from "../upstream.ts";

export interface Example {
  readonly load: () => Promise<{ handler: unknown }>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** An answer as the upstream writes it, with spaces, int64 ids and unknown fields. */
  readonly answer: string;
  /** What the caller gets of it before the receipt. Absent: the operation has no receipt, and the caller gets all of it. */
  readonly untilReceipt?: string;
  /** The problem that the caller gets if the upstream's answer is not JSON. @default unreadable.read */
  readonly notJson?: readonly [status: number, parts: ProblemParts];
}

/** What an answer that is not JSON means: after a read, after a write, and after a write that the data can prove. */
export const unreadable = {
  read: [502, { code: "upstream-unintelligible", outcome: undefined }],
  write: [502, { code: "upstream-unintelligible", outcome: "unknown" }],
  provableWrite: [504, { code: "outcome-unknown", outcome: "unknown" }],
} as const satisfies Record<string, Example["notJson"]>;

export interface Served {
  /** Sends the example with the changes of a test. */
  readonly send: (change?: Sent) => Promise<Answer>;
  readonly upstream: RecordingUpstream;
}

/** Tests what every operation promises, at its own handler. Returns what the operation's own tests need. */
export const serves = (operation: Operation, example: Example): Served => {
  const { load, params = {}, body, answer, untilReceipt, notJson = unreadable.read } = example;
  const served = {} as { -readonly [Key in keyof Served]: Served[Key] };
  const sent: Sent = { params, ...(body && { body }) };
  const path = pathOf(operation, params);

  beforeAll(async () => {
    const { send, upstream } = await aFunction(operation, load);
    served.send = (change) => send({ ...sent, ...change });
    served.upstream = upstream;
  });
  hideLog();
  beforeEach(() => {
    served.upstream.requests.length = 0;
    served.upstream.answerAlways({ body: answer });
  });

  describe(`${operation.id}, as every operation,`, () => {
    test("calls the upstream at the same path, with the key and without the caller's token", async () => {
      const given = await served.send({
        headers: { authorization: "Bearer secret", "accept-language": "de-CH,de;q=0.9" },
      });
      expect(given.status).toBe(200);
      expect(untilReceipt === undefined ? given.text : given.text.slice(0, untilReceipt.length)).toBe(
        untilReceipt ?? answer,
      );
      const [seen, ...more] = served.upstream.requests.filter(({ method }) => method === operation.method);
      expect([seen?.url, more]).toEqual([path, []]);
      expect(seen && (await jsonIn(operation, seen))).toBe(body ? JSON.stringify(body) : "");
      const { headers = {} } = served.upstream.requests[0] ?? {};
      expect(headers).toMatchObject({ "x-api-key": "key-of-tests", "accept-language": "de-CH,de;q=0.9" });
      expect(headers).not.toHaveProperty("authorization");
    });

    test("lists all faults of path and body in one answer", async () => {
      const given = await served.send({ params: mapValues(params, () => "01000"), body: { ...body, surprise: 1 } });
      const inBody = body ? `${operation.document ? "/data" : ""}/surprise` : "";
      expect(given).toBeProblem(400, {
        code: "request-invalid",
        pointers: [...Object.keys(params).map((name) => `/${name}`), inBody],
      });
      expect(served.upstream.requests).toEqual([]);
    });

    test("refuses a request without a verified token", async () => {
      expect(await served.send({ claims: undefined })).toBeProblem(401, { code: "unauthenticated" });
      expect(served.upstream.requests).toEqual([]);
    });

    if ("customerId" in params)
      test("allows a member her own record only", async () => {
        const own = await served.send({ claims: { ...partnerClaims, customer_id: params["customerId"] ?? "" } });
        const other = await served.send({ claims: { ...partnerClaims, customer_id: "4711" } });
        expect(own.status).toBe(200);
        expect(other).toBeProblem(403, { code: "forbidden" });
        expect(served.upstream.requests.filter(({ method }) => method === operation.method)).toHaveLength(1);
      });

    test("passes on the words and codes of the upstream's refusal", async () => {
      const refusal = { errorMessage: "Nicht gefunden", errorCode: "NOT_FOUND", traceId: "0123456789abcdef" };
      served.upstream.answerAlways({ status: 404, body: JSON.stringify(refusal) });
      const given = await served.send();
      expect(given).toBeProblem(404, { code: "upstream-refused" });
      expect(given.json).toMatchObject({
        detail: "Nicht gefunden",
        upstream: { errorCode: "NOT_FOUND", traceId: "0123456789abcdef" },
      });
    });

    test("reports an answer that is not JSON, and calls once", async () => {
      served.upstream.answerAlways({ headers: { "content-type": "text/html" }, body: "<html>maintenance</html>" });
      const [status, parts] = notJson;
      expect(await served.send()).toBeProblem(status, parts);
      expect(served.upstream.requests.filter(({ method }) => method === operation.method)).toHaveLength(1);
    });
  });
  return served;
};

const mapValues = (record: Readonly<Record<string, string>>, map: () => string): Record<string, string> =>
  Object.fromEntries(Object.keys(record).map((name) => [name, map()]));
