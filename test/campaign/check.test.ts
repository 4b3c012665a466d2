import { expect, test } from "vitest";
import { purchaseAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { createIdlePeriodAmendment } from "#lib/operations/idle-periods.ts";
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

/** Attempts by one caller with one key, one per second. */
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
  isShown: true,
  isAbsenceShown: true,
  attempts,
  sends,
  events: sends.length > 0 ? [event] : [],
  bookings: sends.filter(({ carriedOutAt }) => carriedOutAt !== undefined).length,
  injected: [],
  log: "",
  ...more,
});
/** The receipt of a cancelation for which the studio chose another day. */
const altered: Send = { ...send(0), keeping: "ALTERED", canceledTo: "2027-02-28" };
const respelled: Send = { ...send(0), keeping: "RESPELLED" };
const ofChange: Partial<History> = {
  plan: { ...plan, operation: createCustomerContactDataAmendment },
  events: [{ ...event, type: "CustomerDataAmended" }],
};
const receipt = (cancelationDate: string | undefined, cancelationStatus = "CANCELED"): Answer =>
  answer({ text: JSON.stringify({ receipt: { cancelationStatus, cancelationDate } }) });
const otherKey = { caller: 1, intention: "other key" };

/** With a partner's token, nothing shows a purchase. */
const ofPurchase: Partial<History> = {
  plan: { ...plan, operation: purchaseAdditionalModuleContract },
  isShown: false,
  isAbsenceShown: false,
  events: [{ ...event, type: "AdditionalModulePurchased" }],
};
const ofPause: Partial<History> = {
  plan: { ...plan, operation: createIdlePeriodAmendment },
  events: [{ ...event, type: "IdlePeriodRequested" }],
};
const paused = (more: object): string => JSON.stringify({ id: 1, state: "ACCEPTED", ...more });
const keptPause = answer({ isReplayed: true, text: paused({}) });

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
  [
    "doubt of a Lambda that was out of time just after it had settled, and the replay of what it settled",
    history([attempt(0, unknown), attempt(1, replayed)], [send(0)]),
  ],
  ["a process that died, no key", history([attempt(0, undefined, { hasKey: false })], [send(0)])],
  ["a date that the studio moved: nobody can tell", history([attempt(0, unknown), attempt(1, unknown)], [altered])],
  [
    "another's wish in the place of one that never arrived: nobody can tell",
    history([attempt(0, unknown), attempt(1, answer(), { ...otherKey, wish: 1 })], [send(0, false), send(1)], {
      events: [{ ...event, attempt: "1" }],
    }),
  ],
  [
    "a change that applies at once and is not there: nobody can tell",
    history([attempt(0, unknown)], [send(0, false)], { ...ofChange, isAbsenceShown: false, events: [] }),
  ],
  ["a receipt with the day of the studio", history([attempt(0, receipt("2027-02-28"))], [altered])],
  [
    "a purchase that is left in doubt because nothing shows it",
    history([attempt(0, unknown), attempt(1, unknown)], [send(0)], ofPurchase),
  ],
  [
    "a pause that is left in doubt: reads lag, and the studio refused a repeat",
    history([attempt(0, unknown), attempt(1, unknown)], [send(0, false), send(1, false)], { ...ofPause, events: [] }),
  ],
  [
    "a pause that is left in doubt: it was carried out too late for the last read to show it",
    history([attempt(0, unknown), attempt(1, unknown)], [send(0)], ofPause),
  ],
  [
    "a purchase that reached the studio twice in one attempt, because its key had just been rotated away",
    history([attempt(0, unknown)], [send(0, false), { ...send(0), arrivedAt: 300, dealtWithAt: 400 }], ofPurchase),
  ],
  [
    "a replay without the link that must not be kept",
    history([attempt(0, answer({ text: paused({ documentUrl: "/1" }) })), attempt(1, keptPause)], [send(0)], ofPause),
  ],
  ["a receipt that does not know yet", history([attempt(0, receipt(undefined, "NOT_YET_KNOWN"))], [altered])],
];

test.each(trueHistories)("the checker accepts %s", (_, told) => {
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
  [
    "a change that is left in doubt although the studio shows it, in its own spelling",
    history([attempt(0, unknown), attempt(1, unknown)], [respelled], ofChange),
    ["undecided"],
  ],
  [
    "a change that is left in doubt although nothing waits",
    history([attempt(0, unknown)], [send(0, false)], { ...ofChange, events: [] }),
    ["undecided"],
  ],
  ["a no to a date that the studio moved", history([attempt(0, unknown), attempt(1, refused)], [altered]), ["untrue"]],
  [
    "a repeat of what the studio altered",
    history([attempt(0, unknown), attempt(1, unknown)], [altered, send(1, false)]),
    ["double"],
  ],
  [
    "a purchase that was sent again although nothing shows the first",
    history(twice, [send(0, false), send(1)], {
      ...ofPurchase,
      events: [{ attempt: "1", type: "AdditionalModulePurchased", outcome: "accepted" }],
    }),
    ["double"],
  ],
  [
    "a pause that is left in doubt although no read shows it",
    history([attempt(0, unknown), attempt(1, unknown)], [send(0, false)], { ...ofPause, events: [] }),
    ["undecided"],
  ],
  [
    "a pause that is left in doubt although its last read came late enough to show it",
    history([attempt(0, unknown), attempt(60, unknown)], [send(0)], ofPause),
    ["undecided"],
  ],
  [
    "a replay of another pause",
    history([attempt(0, answer({ text: paused({ id: 2 }) })), attempt(1, keptPause)], [send(0)], ofPause),
    ["replay"],
  ],
  ["a receipt with the day that was asked for", history([attempt(0, receipt("2027-01-31"))], [altered]), ["untrue"]],
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
