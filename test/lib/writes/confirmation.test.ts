import { createHash, randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { createModuleContractCancelationAmendment } from "#lib/operations/additional-modules.ts";
import { createContractCancelationAmendment, createContractWithdrawalAmendment } from "#lib/operations/contracts.ts";
import { confirm } from "#lib/writes/confirmation.ts";
import { type Answer, aFunction, hideLog, type Sent, setClock } from "../../given.ts";
import type { RecordingUpstream } from "../../upstream.ts";

type Send = (sent?: Sent) => Promise<Answer>;

let [cancel, cancelModule, withdraw]: Send[] = [];
let upstream: RecordingUpstream;
beforeAll(async () => {
  const functions = [
    await aFunction(
      createContractCancelationAmendment,
      () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
    ),
    await aFunction(
      createModuleContractCancelationAmendment,
      () => import("#functions/additional-modules/create-module-contract-cancelation-amendment.ts"),
    ),
    await aFunction(
      createContractWithdrawalAmendment,
      () => import("#functions/contracts/create-contract-withdrawal-amendment.ts"),
    ),
  ] as const;
  [cancel, cancelModule, withdraw] = functions.map(({ send }) => send);
  [{ upstream }] = functions;
});
hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
});

const contractId = "9007199254740993";
const canceling: Sent = {
  params: { customerId: "1000" },
  body: `{"contractId":${contractId},"cancelationDate":"2027-01-31","cancelationReasonId":1001}`,
};

/** The upstream accepts the write, and then shows this of the contract. */
const shows = (about: string) =>
  upstream.answerAlways(({ method }) => ({
    body: method === "GET" ? `[{"id":${contractId}${about && `,${about}`}}]` : '{"success":"true"}',
  }));

const as = (accept: string, sent: Sent = canceling, language = "de"): Sent => ({
  ...sent,
  headers: { ...sent.headers, accept, "accept-language": language },
});

const given = async (send: Send | undefined, sent: Sent): Promise<Answer> => {
  if (!send) throw new Error("the functions are not loaded");
  return send(sent);
};

test("says in German what was declared, when it was received in the studio's time, and what happens next", async () => {
  setClock(Date.parse("2026-11-30T23:59:58.999Z"));
  shows('"cancelationStatus":"PENDING_VERIFICATION","cancelationDate":"2027-01-31"');
  const answer = await given(cancel, as("text/plain"));
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-language": "de",
    "cache-control": "no-store",
  });
  expect(answer.text).toBe(`Bestätigung Ihrer Kündigung

Ihre Erklärung ist eingegangen, und das System des Studios hat sie zur Bearbeitung angenommen.

Erklärung: Ordentliche Kündigung des Vertrags 9007199254740993 zum 31. Januar 2027
Eingegangen: 1. Dezember 2026, 00:59:58 Uhr (UTC+01:00, Europe/Berlin)
Mitgliedsnummer: 1000
Studio: studio-of-tests
Vorgang: request-of-tests=

Wie es weitergeht:
Das Studio muss die Kündigung noch prüfen. Bis zur Bestätigung steht das Datum nicht fest.
Bitte bewahren Sie diese Bestätigung auf.
`);
});

test("says the same in English, in summer", async () => {
  setClock(Date.parse("2027-07-01T08:05:09Z"));
  shows("");
  const { text, headers } = await given(cancel, as("text/plain", canceling, "en"));
  expect(headers["content-language"]).toBe("en");
  expect(text).toContain("Declaration: Ordinary cancelation of contract 9007199254740993 to 31 January 2027\n");
  expect(text).toContain("Received: 1 July 2027, 10:05:09 (UTC+02:00, Europe/Berlin)\n");
});

test.each<[string, string, string]>([
  ["nothing yet", "", "does not show the cancelation yet"],
  [
    "that it waits",
    '"cancelationStatus":"PENDING_VERIFICATION"',
    "Until it has confirmed it, the date is not certain.",
  ],
  [
    "that it is confirmed",
    '"cancelationStatus":"CANCELED","cancelationDate":"2027-01-31"',
    "shows the cancelation as confirmed, to 31 January 2027.\nPlease keep",
  ],
  [
    "another date",
    '"cancelationStatus":"CANCELED","cancelationDate":"2027-02-28"',
    "as confirmed, to 28 February 2027.\nThis is not the date that you asked for.",
  ],
  ["no date", '"cancelationStatus":"CANCELED"', "as confirmed, without a date."],
  ["a date in words", '"cancelationStatus":"CANCELED","cancelationDate":"soon"', "as confirmed, to soon."],
  ["a status that nobody knows", '"cancelationStatus":"ODD"', "shows the status ODD. Please ask the studio"],
])("claims no more than the contract shows: %s", async (_, about, wanted) => {
  shows(about);
  expect((await given(cancel, as("text/plain", canceling, "en"))).text).toContain(wanted);
});

test("names an add-on and its contract, and the member if the token names her", async () => {
  upstream.answerAlways(({ method, url }) => ({
    body: method !== "GET" ? "{}" : url.endsWith("/contract-data") ? '[{"id":7}]' : '{"name":"Sauna"}',
  }));
  const sent: Sent = {
    params: { contractId: "7", additionalModuleContractId: contractId },
    body: { cancelationDate: "2027-01-31", cancelationReasonId: 1001 },
  };
  const { text } = await given(cancelModule, as("text/plain", sent, "en"));
  expect(text).toContain(`Ordinary cancelation of add-on ${contractId} of contract 7 to 31 January 2027`);
  expect(text).not.toContain("Member number");
  const german = await given(cancelModule, as("text/plain", sent));
  expect(german.text).toContain(`Kündigung des Zusatzmoduls ${contractId} des Vertrags 7 zum 31. Januar 2027`);
});

test.each([
  ["", "Das Studio entscheidet, ob der Widerruf rechtzeitig war."],
  ['"reversed":true', "zeigt den Vertrag als widerrufen an."],
  [
    '"reversed":true,"reversalDateTime":"2027-01-31T10:00:00Z"',
    "als widerrufen an, seit 31. Januar 2027, 11:00:00 Uhr (UTC+01:00, Europe/Berlin).",
  ],
  ['"reversed":true,"reversalDateTime":"2027-01-31T10:00:00"', "als widerrufen an, seit 2027-01-31T10:00:00."],
])("confirms a statutory withdrawal from a contract that shows %j", async (about, wanted) => {
  shows(about);
  const { text } = await given(withdraw, as("text/plain", { params: { customerId: "1000", contractId } }));
  expect(text).toContain("Bestätigung Ihres Widerrufs\n");
  expect(text).toContain(`Erklärung: Widerruf des Vertrags ${contractId}\n`);
  expect(text).toContain(wanted);
});

test("is a page that runs nothing, and shows what the studio's system says as text", async () => {
  shows('"cancelationStatus":"<img src=x onerror=alert(1)>"');
  const { text, headers } = await given(cancel, as("text/html,application/xhtml+xml,*/*;q=0.8"));
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(text).toContain('<html lang="de">');
  expect(text).toContain("&lt;img src=x onerror=alert(1)&gt;");
  expect(text).not.toMatch(/<img|<script|src="|href=/);
  const [, style = ""] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  expect(headers["content-security-policy"]?.split("; ")).toEqual([
    "default-src 'none'",
    "frame-ancestors 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test("a repeat gets the first receipt in the form that it asks for, and nothing is sent again", async () => {
  shows('"cancelationStatus":"CANCELED","cancelationDate":"2027-01-31"');
  const keyed = { ...canceling, headers: { "idempotency-key": randomUUID() } };
  setClock(Date.parse("2026-11-26T08:14:07Z"));
  const first = await given(cancel, keyed);
  setClock(Date.parse("2026-11-26T09:00:00Z"));
  const text = await given(cancel, as("text/plain", keyed, "en"));
  const page = await given(cancel, as("text/html", keyed));
  const again = await given(cancel, as("*/*", keyed));
  for (const answer of [text, page, again]) expect(answer.headers["idempotent-replayed"]).toBe("true");
  expect(text.text).toContain("Received: 26 November 2026, 09:14:07 (UTC+01:00, Europe/Berlin)");
  expect(page.text).toContain("26. November 2026, 09:14:07 Uhr (UTC+01:00, Europe/Berlin)");
  expect(again.text).toBe(first.text);
  expect(upstream.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test.each(["text/html", "text/plain"])("a problem stays a problem for a caller who accepts %s", async (accept) => {
  upstream.answerAlways({ status: 400, body: '{"errorMessage":"no","errorCode":"NO"}' });
  const keyed = as(accept, { ...canceling, headers: { "idempotency-key": randomUUID() } });
  for (const _ of ["sent", "repeated"])
    expect(await given(cancel, keyed)).toBeProblem(400, { code: "upstream-refused" });
  expect(await given(cancel, as(accept, { ...canceling, body: "{}" }))).toBeProblem(400, { code: "request-invalid" });
});

test.each([undefined, "", "Mars/Olympus"])("without a time zone that is known (%j), it says UTC", async (timeZone) => {
  const receipt = { receivedAt: "2026-11-26T08:14:07.000Z", requestId: "r", studioId: "s", contractId: 1 };
  const input = { principal: { clientId: "c", studioId: "s" }, params: {}, body: undefined, headers: {} };
  const answer = await confirm(
    { statusCode: 200, body: JSON.stringify({ receipt: { ...receipt, requestedDate: "2027-01-31" } }) },
    { accept: "text/plain", language: "en", input },
    async () => timeZone,
  );
  expect(answer.body).toContain("Received: 26 November 2026, 08:14:07 (UTC)\n");
});
