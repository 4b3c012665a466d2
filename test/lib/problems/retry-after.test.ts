import { expect, test } from "vitest";
import { LimitReached } from "#lib/limits/limiter.ts";
import { StudiosUnavailable, UpstreamBusy } from "#lib/perfectgym/errors.ts";
import { problemAnswer } from "#lib/problems/problem.ts";
import type { ProblemCode, problemTypes } from "#lib/problems/types.ts";
import { LedgerUnavailable } from "#lib/writes/errors.ts";

type Codes = typeof problemTypes;
type Waiting = { [Code in ProblemCode]: Codes[Code]["status"] extends 429 | 503 ? Code : never }[ProblemCode];

/** The type demands an error for each code of these statuses. */
const errors: Readonly<Record<Waiting, Error>> = {
  "too-many-requests": new LimitReached(4),
  "upstream-busy": new UpstreamBusy(30, { attempts: 1 }),
  "studios-unavailable": new StudiosUnavailable("no answer"),
  "ledger-unavailable": new LedgerUnavailable("no answer"),
};

test.each(Object.entries(errors))("%s says after how many seconds to retry", (code, error) => {
  const { statusCode, headers, body } = problemAnswer(error, { requestId: "request", language: "en" });
  expect(JSON.parse(String(body))).toMatchObject({ code, status: statusCode });
  expect([429, 503]).toContain(statusCode);
  expect(headers?.["retry-after"]).toMatch(/^[1-9]\d*$/);
});
