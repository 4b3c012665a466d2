import { expect, test } from "vitest";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { check } from "./check.ts";
import type { Answer, Attempt, History, Send } from "./history.ts";
import { planRun } from "./plan.ts";
import { describeRun } from "./report.ts";

const plan = { ...planRun(1, 0), operation: createContractCancelationAmendment };
const answer = (more: Partial<Answer> = {}): Answer => ({
  status: 200,
  code: undefined,
  isUnknown: false,
  isReplayed: false,
  retryAfterSeconds: undefined,
  text: "{}",
  ...more,
});
const refused = answer({ status: 409, code: "upstream-refused" });
const failed = answer({ status: 502, code: "upstream-unavailable" });
const unknown = answer({ status: 504, code: "outcome-unknown", isUnknown: true });
const replayed = answer({ isReplayed: true });

/** Each attempt a second after the one before, by one caller with one key. */
const attempt = (place: number, told: Answer | undefined, more: Partial<Attempt> = {}): Attempt => {
  const [startedAt, endedAt] = [place * 1_000, place * 1_000 + 500];
  return { id: `${place}`, caller: 0, intention: "key", hasKey: true, wish: 0, startedAt, endedAt, told, ...more };
};
const send = (place: number, isCarriedOut = true): Send => {
  const arrivedAt = place * 1_000 + 100;
  const dealtWithAt = arrivedAt + 100;
  return { attempt: `${place}`, arrivedAt, dealtWithAt, carriedOutAt: isCarriedOut ? dealtWithAt : undefined };
};
const event = { attempt: "0", type: "ContractCancelationRequested", outcome: "accepted" };
const history = (attempts: readonly Attempt[], sends: readonly Send[], more: Partial<History> = {}): History => ({
  plan,
  attempts,
  sends,
  events: sends.length > 0 ? [event] : [],
  bookings: sends.filter(({ carriedOutAt }) => carriedOutAt !== undefined).length,
  injected: [],
  log: "",
  ...more,
});
const otherKey = { caller: 1, intention: "other key" };

const trueHistories: [string, History][] = [
  ["a success and its replay", history([attempt(0, answer()), attempt(1, replayed)], [send(0)])],
  [
    "a failure, and a repeat that succeeds",
    history([attempt(0, failed), attempt(1, answer())], [send(0, false), send(1)]),
  ],
  ["doubt, and a success that was read", history([attempt(0, unknown), attempt(1, answer())], [send(0)])],
  [
    "a second wish that is refused",
    history([attempt(0, answer()), attempt(1, refused, otherKey)], [send(0), send(1, false)]),
  ],
  [
    "an answer that the table did not take",
    history([attempt(0, answer()), attempt(1, answer())], [send(0)], { log: '"unsettled"' }),
  ],
  ["a process that died, no key", history([attempt(0, undefined, { hasKey: false })], [send(0)])],
];

test.each(trueHistories)("no fault is found with %s", (_, told) => {
  expect(check(told)).toEqual([]);
});

const untold = { events: [] };
const twice = [attempt(0, unknown), attempt(1, answer())];

const doctored: [string, History, string[]][] = [
  ["a success without a booking", history([attempt(0, answer())], [send(0, false)], untold), ["lost"]],
  ["a success before its booking", history([attempt(0, answer()), attempt(1, replayed)], [send(1)]), ["lost"]],
  [
    "a success for another date",
    history([attempt(0, answer()), attempt(1, answer(), { ...otherKey, wish: 1 })], [send(0)]),
    ["lost"],
  ],
  ["a failure with a booking", history([attempt(0, failed, { hasKey: false })], [send(0)]), ["untrue"]],
  ["a refusal after a booking in doubt", history([attempt(0, unknown), attempt(1, refused)], [send(0)]), ["untrue"]],
  ["two bookings", history(twice, [send(0), send(1)]), ["double"]],
  [
    "a repeat while the studio is at work",
    history(twice, [{ ...send(0, false), dealtWithAt: 1_200 }, send(1)]),
    ["double"],
  ],
  ["a repeat that only the studio stopped", history(twice, [send(0), send(1, false)]), ["double"]],
  ["a key that is left in doubt", history([attempt(0, unknown)], [send(0, false)], untold), ["undecided"]],
  ["a key that is left without an answer", history([attempt(0, undefined)], []), ["undecided"]],
  ["another replay", history([attempt(0, answer()), attempt(1, { ...replayed, text: "[]" })], [send(0)]), ["replay"]],
  [
    "an answer that was forgotten",
    history([attempt(0, answer()), attempt(1, replayed), attempt(2, answer())], [send(0)]),
    ["replay"],
  ],
  ["an answer that was not kept", history([attempt(0, answer()), attempt(1, answer())], [send(0)]), ["replay"]],
  ["a booking without an event", history([attempt(0, answer())], [send(0)], untold), ["event"]],
  [
    "an event of another type",
    history([attempt(0, answer())], [send(0)], { events: [{ ...event, type: "AmendmentWithdrawn" }] }),
    ["event"],
  ],
  ["an accepted event without a booking", history([attempt(0, refused)], [send(0, false)]), ["untrue"]],
  ["a booking that no request made", history([attempt(0, answer())], [send(0)], { bookings: 2 }), ["books"]],
];

test.each(doctored)("the checker finds %s", (_, told, kinds) => {
  const violations = check(told);
  expect(violations.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
  const outcome = { history: told, violations };
  expect(describeRun(outcome)).toContain(`VIOLATION ${kinds[0]}`);
});
