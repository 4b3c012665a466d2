import { expect, test } from "vitest";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import type { Reply } from "../../upstream.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(withdrawAmendment, {
  load: () => import("#functions/customer-data/withdraw-amendment.ts"),
  params: { customerId: "1000", amendmentId: "9007199254740993" },
  answer: "",
  notJson: unreadable.write,
});

test.each<[string, Reply, string]>([
  ["a sentence", { headers: { "content-type": "text/plain" }, body: "Amendment was withdrawn." }, ""],
  ["a sentence that calls itself JSON", { body: "Amendment was withdrawn." }, ""],
  ["a sentence that is not UTF-8", { body: Buffer.from("Änderung zurückgezogen", "latin1") }, ""],
  ["no content", { status: 204 }, ""],
  ["JSON that nobody documents", { status: 202, body: '{ "id": 9007199254740993 }' }, '{ "id": 9007199254740993 }'],
])("is a success where the upstream answers %s, and the caller gets JSON or nothing", async (_, reply, text) => {
  served.upstream.answerAlways(reply);
  const answer = await served.send();
  expect([answer.status, answer.text]).toEqual([reply.status ?? 200, text]);
  expect(served.upstream.requests).toHaveLength(1);
});
