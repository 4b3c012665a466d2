import { expect, test, vi } from "vitest";
import { getContractData } from "#lib/operations/contracts.ts";
import { aFunction, theLog } from "../given.ts";

const params = { customerId: "1000" };

/** A Lambda that starts anew, as it finds the secret now. */
const aColdStart = () => {
  vi.resetModules();
  return aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
};

const { upstream, secrets } = await aColdStart();
const secret = secrets.get("studios") ?? "";
upstream.answerAlways({ body: "[]" });

test("a secret that cannot be read ends no start: requests are told when to come back, and work once it can", async () => {
  const lines = theLog();
  secrets.delete("studios");
  const { send } = await aColdStart();
  const refused = await send({ params });
  expect(refused).toBeProblem(503, { code: "studios-unavailable" });
  expect(refused.headers["retry-after"]).toBe("5");
  expect(lines[0]?.["errors"]).toMatchObject([{ name: "StudiosUnavailable" }, { name: "ResourceNotFoundException" }]);

  secrets.set("studios", secret);
  expect((await send({ params })).status).toBe(200);
});

test("a secret that is not what it should be is told to the operator by its field, to the caller not at all", async () => {
  const lines = theLog();
  secrets.set("studios", secret.replace("http:", "ftp:"));
  const { send } = await aColdStart();
  const refused = await send({ params });
  expect(refused).toBeProblem(500, { code: "internal-error" });
  expect(refused.text).not.toContain("baseUrl");
  expect(lines[0]?.["reason"]).toContain("studio-of-tests.baseUrl");
  expect(JSON.stringify(lines)).not.toContain("ftp:");
});
