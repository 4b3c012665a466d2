import { expect, test } from "vitest";
import { getContractData } from "#lib/operations/contracts.ts";
import { theLog } from "../../given.ts";
import { serves } from "../serves.ts";

const served = serves(getContractData, {
  load: () => import("#functions/contracts/get-contract-data.ts"),
  params: { customerId: "9007199254740993" },
  answer: '[ {"id": 9007199254740993, "rateName": "Premium", "somethingNew": {"price": 19.90}} ]',
});

test("passes on an undocumented answer, and logs where it differs", async () => {
  const lines = theLog();
  served.upstream.answerAlways({ body: '[{"id":1,"contractStatus":"FROZEN"}]' });
  const answer = await served.send();
  expect(answer.text).toBe('[{"id":1,"contractStatus":"FROZEN"}]');
  expect(lines).toEqual([expect.objectContaining({ status: 200, level: "warn", Drift: 1 })]);
  expect(lines[0]?.["drift"]).toContain("/0/contractStatus invalid_value");
});
