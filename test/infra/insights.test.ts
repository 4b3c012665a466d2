import { beforeAll, expect, test, vi } from "vitest";
import { questions } from "#infra/config/insights.ts";
import { createContractCancelationAmendment, getContractData } from "#lib/operations/contracts.ts";
import { pseudonymOf } from "#lib/perfectgym/pseudonym.ts";
import { aFunction, partnerClaims } from "../given.ts";

type Line = Readonly<Record<string, unknown>>;

const params = { customerId: "1000" };
const body = { contractId: 2000, cancelationDate: "2027-01-31", cancelationReasonId: 1 };
const keyed = (key: string) => ({ headers: { "idempotency-key": `"${key}"` } });

/** Lines that the functions write: a good read, a busy upstream, a refused token, a write in doubt, and its settlement. */
const produce = async (): Promise<void> => {
  const read = await aFunction(getContractData, () => import("#functions/contracts/get-contract-data.ts"));
  const cancel = await aFunction(
    createContractCancelationAmendment,
    () => import("#functions/contracts/create-contract-cancelation-amendment.ts"),
  );
  read.upstream.answerAlways({ body: "[]" });
  await read.send({ params });
  await read.send({ params, claims: { ...partnerClaims, scope: "" } });
  read.upstream.answerAlways({ status: 503, headers: { "retry-after": "30" } });
  await read.send({ params });
  read.upstream.answerAlways({ status: 500, body: "{}" });
  await cancel.send({ params, body, ...keyed("insights-of-tests") });
  const contract = { id: 2000, contractStatus: "ACTIVE", cancelationStatus: "CANCELED", cancelationDate: "2027-01-31" };
  read.upstream.answerAlways({ body: JSON.stringify([contract]) });
  await cancel.send({ params, body, ...keyed("insights-of-tests") });
  await cancel.send({ params, body, ...keyed("insights-of-tests") });
};

const words = new Set(
  "filter fields stats sort desc by as and or count count_distinct sum avg pct max ispresent requests records failed meanMs p99Ms calls mostTries".split(
    " ",
  ),
);

/** The fields that a query reads. */
const fieldsIn = (query: readonly string[]): readonly string[] =>
  query.flatMap((line) => line.replace(/'[^']*'/g, "").match(/[a-zA-Z]\w*/g) ?? []).filter((word) => !words.has(word));

/** Whether a query's filter takes a line. It knows what our queries use: `or`, `and`, `=`, `>=`, `<` and `ispresent`. */
const takes = (filter: string, line: Line): boolean => {
  const fits = (condition: string): boolean => {
    const [, name = "", operator, value = ""] = /^(?:ispresent\()?(\w+)\)?(?: (=|>=|<) (.*))?$/.exec(condition) ?? [];
    if (operator === "=") return `'${line[name]}'` === value;
    if (operator === "<") return Number(line[name]) < Number(value);
    return operator === ">=" ? Number(line[name]) >= Number(value) : line[name] !== undefined;
  };
  const alternatives = filter.replace(/^filter /, "").split(" or ");
  return alternatives.some((each) => each.split(" and ").every(fits));
};

let lines: readonly Line[] = [];
beforeAll(async () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await produce();
  lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
  write.mockRestore();
});

test.each(Object.keys(questions))("the saved query %s reads only fields that lines have", (name) => {
  const known = new Set(lines.flatMap((line) => Object.keys(line)));
  // X-Ray is only there in Lambda.
  expect(fieldsIn(questions[name] ?? []).filter((field) => !known.has(field))).toEqual(
    ["xrayTraceId"].filter(() => name === "one request"),
  );
});

test.each([
  ["who called", 6],
  ["who read whom", 3],
  ["whose record", 5],
  ["what failed", 2],
  ["one request", 6],
  ["writes in doubt", 2],
  ["the upstream by status", 4],
])("the saved query %s takes its lines: %i of six", (name, count) => {
  const [filter = ""] = questions[name] ?? [];
  const asked = filter
    .replaceAll("<x-request-id>", "request-of-tests=")
    .replaceAll("<pseudonym>", pseudonymOf({ apiKey: "key-of-tests" }, { kind: "customer", id: "1000" }));
  expect(lines.filter((line) => takes(asked, line))).toHaveLength(count);
});
