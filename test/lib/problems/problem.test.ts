import { beforeEach, describe, expect, test } from "vitest";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { problemTypes } from "#lib/problems/types.ts";
import { aFunction, hideLog, partnerClaims, type Sent } from "#test/given.ts";
import type { Reply } from "#test/upstream.ts";

const read = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
const write = await aFunction(
  createCustomerContactDataAmendment,
  () => import("#functions/customer-data/create-customer-contact-data-amendment.ts"),
);
const { upstream } = read;
const request = { params: { customerId: "1000" } };
const body = { email: "robin@example.com" };
const inGerman = (sent: Sent = {}): Sent => ({
  ...request,
  ...sent,
  headers: { "accept-language": "de-AT, en;q=0.5", ...sent.headers },
});

hideLog();
beforeEach(() => {
  upstream.answerAlways({ body: "[]" });
});

describe("a problem in German", () => {
  test("says what is wrong with each field, and keeps code, pointers and order", async () => {
    const wrong = { email: "robin", phonePrivate: 7, surprise: 1 };
    const [german, english] = [
      await write.send(inGerman({ body: wrong })),
      await write.send({ ...request, body: wrong }),
    ];
    expect(german.headers).toMatchObject({ "content-language": "de", vary: "accept-language" });
    expect(english.headers).toMatchObject({ "content-language": "en", vary: "accept-language" });
    expect(german.json).toMatchObject({
      type: "/docs/problems#request-invalid",
      title: "Ungültige Anfrage",
      code: "request-invalid",
      detail: "Korrigieren Sie die Fehler, die in `errors` stehen, und senden Sie die Anfrage erneut.",
      errors: [
        {
          in: "body",
          pointer: "/email",
          detail: "muss genau eine E-Mail-Adresse sein, zum Beispiel robin@example.com",
        },
        { in: "body", pointer: "/phonePrivate", detail: "muss vom Typ string sein" },
        { in: "body", pointer: "/surprise", detail: "ist ein unbekanntes Feld" },
      ],
    });
    expect(german).toBeProblem(400, { code: "request-invalid", pointers: ["/email", "/phonePrivate", "/surprise"] });
  });

  test("counts the faults that it does not list", async () => {
    const fields = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`field${i}`, i]));
    const { json } = await write.send(inGerman({ body: { ...body, ...fields } }));
    expect(json).toMatchObject({ moreErrors: 10, detail: expect.stringMatching(/ 10 weitere Fehler .*\.$/) });
  });

  test("shows what a key looks like", async () => {
    const { json } = await write.send(inGerman({ body, headers: { "idempotency-key": "1" } }));
    expect(json).toMatchObject({ detail: expect.stringMatching(/^Senden Sie .* Idempotency-Key: "/) });
  });

  test.each([
    [
      "customer",
      { claims: { ...partnerClaims, customer_id: "1001" } },
      "Das Token erlaubt keinen Zugriff auf dieses Mitglied.",
    ],
    ["studio", { headers: { "studio-id": "x" } }, "Das Token erlaubt keinen Zugriff auf dieses Studio."],
    [
      "studio that closed",
      { claims: { ...partnerClaims, client_id: "partner-of-nowhere" } },
      "Das Token erlaubt keinen Zugriff auf dieses Studio.",
    ],
  ])("says why a token does not allow a %s", async (_, sent, detail) => {
    const answer = await read.send(inGerman(sent));
    expect(answer).toBeProblem(403, { code: "forbidden" });
    expect(answer.json).toMatchObject({ detail });
    expect(answer.headers["content-language"]).toBe("de");
  });

  const failures: readonly (readonly [string, Reply, number])[] = [
    ["upstream-busy", { status: 429, headers: { "retry-after": "900" } }, 503],
    ["upstream-rejected-key", { status: 401 }, 502],
    ["upstream-unintelligible", { body: "<html>" }, 502],
  ];
  test.each(failures)("explains %s", async (code, reply, status) => {
    upstream.answerAlways(reply);
    const answer = await read.send(inGerman());
    expect(answer).toBeProblem(status, { code });
    const { title, detail } = problemTypes[code as keyof typeof problemTypes];
    expect(answer.json).toMatchObject({ title: title.de, detail: detail.de });
    expect(answer.headers["content-language"]).toBe("de");
  });

  test("says that a write may have been carried out", async () => {
    upstream.answerAlways({ status: 500 });
    const answer = await write.send(inGerman({ body }));
    expect(answer).toBeProblem(502, { code: "upstream-unavailable", outcome: "unknown" });
    expect(answer.json).toMatchObject({
      detail: expect.stringContaining("Der Auftrag wurde möglicherweise trotzdem ausgeführt."),
    });
  });
});

describe("the studio's system's own words", () => {
  const refusal = { status: 409, body: '{"errorMessage":"Déjà résilié","reference":"email"}' };

  test("stay as they are, without the name of a language that nobody knows", async () => {
    upstream.answerAlways(refusal);
    for (const answer of [await read.send(inGerman()), await read.send(request)]) {
      expect(answer).toBeProblem(409, { code: "upstream-refused" });
      expect(answer.json).toMatchObject({ detail: "Déjà résilié", errors: [{ detail: "Déjà résilié" }] });
      expect(answer.headers).not.toHaveProperty("content-language");
    }
  });

  test("are replayed as they were, whatever language the repeat asks for", async () => {
    upstream.answerAlways(refusal);
    const headers = { "idempotency-key": "b0d2b1d6-6a3b-4f0e-8a55-0f6f6c1b9a01" };
    const first = await write.send(inGerman({ body, headers }));
    const again = await write.send({ ...request, body, headers });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.text).toBe(first.text);
    expect(again.headers).not.toHaveProperty("content-language");
  });
});

test("every problem has German texts of its own", () => {
  const same = Object.entries(problemTypes).flatMap(([code, { title, detail }]) =>
    [title, detail].some(({ en, de }) => String(en) === String(de)) ? [code] : [],
  );
  expect(same).toEqual([]);
});
