import { expect, test } from "vitest";
import { withdrawContractCancelation } from "#lib/operations/contracts.ts";
import { serves, unreadable } from "../serves.ts";

const served = serves(withdrawContractCancelation, {
  load: () => import("#functions/contracts/withdraw-contract-cancelation.ts"),
  params: { customerId: "1000", contractId: "9007199254740993" },
  answer: '{"success": "true"}',
  notJson: unreadable.provableWrite,
});

test("ignores an empty object as body", async () => {
  expect((await served.send({ body: {} })).status).toBe(200);
  expect(served.upstream.requests).toEqual([expect.objectContaining({ body: "" })]);
});
