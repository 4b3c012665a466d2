import type { Cancelation } from "./customer.ts";
import { wholeAddress } from "./people.ts";
import { atOnce, type ContractPlan, type MemberPlan, readOnly, verified } from "./plan.ts";

const byCustomer = (status: Cancelation["status"], reasonId = 1001n): Omit<Cancelation, "date"> => ({
  status,
  reasonId,
  origin: "CUSTOMER",
});
const canceled = byCustomer("CANCELED");
const byStudio = { status: "CANCELED", origin: "STUDIO" } as const;
const lastYear = 400;
const running: ContractPlan = { rate: "classic", startedDaysAgo: 100 };
const pending = { ...verified, pending: true };

/** The first members, from id 1000 on: every situation that the upstream's enums allow, one after the other. */
export const cast: readonly (MemberPlan & { readonly situation: string })[] = [
  {
    situation: "the friendly one: deadline in 6 to 10 days; contact data changes at once, the rest is verified",
    contracts: [{ rate: "classic", deadlineInDays: 10 }],
    data: { contact: atOnce, address: verified, master: verified, payment: verified },
  },
  { situation: "deadline is the sandbox's first day", contracts: [{ rate: "weekly", deadlineInDays: 0 }] },
  { situation: "deadline was the day before: next term's", contracts: [{ rate: "weekly", deadlineInDays: -1 }] },
  { situation: "deadline far away", contracts: [{ rate: "premium", deadlineInDays: 300 }] },
  { situation: "renews monthly by now", contracts: [{ rate: "monthlyAfterAYear", startedDaysAgo: 500 }] },
  { situation: "renews monthly, two weeks' notice", contracts: [{ rate: "monthly", startedDaysAgo: 45 }] },
  { situation: "canceled by the member, still running", contracts: [{ ...running, cancelation: canceled }] },
  { situation: "canceled by the studio, still running", contracts: [{ ...running, cancelation: byStudio }] },
  {
    situation: "cancelation waits for the studio",
    contracts: [{ ...running, cancelation: byCustomer("PENDING_VERIFICATION", 1002n) }],
  },
  {
    situation: "withdrawal of a cancelation waits for the studio",
    contracts: [{ ...running, cancelation: byCustomer("PENDING_WITHDRAWAL_VERIFICATION", 1003n) }],
  },
  {
    situation: "ended by the member's cancelation",
    contracts: [{ rate: "classic", startedDaysAgo: lastYear, cancelation: canceled }],
  },
  {
    situation: "ended by the studio's cancelation",
    contracts: [{ rate: "classic", startedDaysAgo: lastYear, cancelation: byStudio }],
  },
  { situation: "ended by itself", contracts: [{ rate: "course", startedDaysAgo: lastYear }] },
  { situation: "free and without notice: no deadline", contracts: [{ rate: "staff", startedDaysAgo: 100 }] },
  { situation: "paid once, ends by itself: no deadline", contracts: [{ rate: "course", startedDaysAgo: 10 }] },
  { situation: "pays on days of the year", contracts: [{ rate: "twiceAYear", startedDaysAgo: 200 }] },
  { situation: "price rises with time, first price", contracts: [{ rate: "starter", startedDaysAgo: 30 }] },
  { situation: "price rises with time, second price", contracts: [{ rate: "starter", startedDaysAgo: 250 }] },
  { situation: "price rises with time, last price", contracts: [{ rate: "starter", startedDaysAgo: lastYear }] },
  { situation: "starts next month", contracts: [{ rate: "classic", startedDaysAgo: -30 }] },
  { situation: "no contract", contracts: [] },
  {
    situation: "several contracts: ended, running, canceled, free",
    contracts: [
      { rate: "course", startedDaysAgo: lastYear },
      { rate: "premium", startedDaysAgo: 200 },
      { ...running, cancelation: canceled },
      { rate: "staff", startedDaysAgo: 50 },
    ],
  },
  {
    situation: "two contracts with the same deadline",
    contracts: [
      { rate: "classic", deadlineInDays: 20 },
      { rate: "classic", deadlineInDays: 20 },
    ],
  },
  {
    situation: "contract and amendment ids beyond 2^53, two of which a double takes for the same",
    contracts: [
      { ...running, id: 9_007_199_254_740_992n },
      { ...running, id: 9_007_199_254_740_993n },
    ],
    data: { address: { ...verified, pending: 9_007_199_254_740_995n } },
  },
  {
    situation: "may change nothing",
    contracts: [running],
    data: { contact: readOnly, address: readOnly, master: readOnly, payment: readOnly },
  },
  {
    situation: "changes everything at once",
    contracts: [running],
    data: { contact: atOnce, address: atOnce, master: atOnce, payment: atOnce },
  },
  {
    situation: "the studio verifies every change",
    contracts: [running],
    data: { contact: verified, address: verified, master: verified, payment: verified },
  },
  {
    situation: "another account needs a signature, and applies at once",
    contracts: [running],
    data: { payment: { ...atOnce, requireSignature: true } },
  },
  {
    situation: "another account needs a signature, and is verified",
    contracts: [running],
    data: { payment: { ...verified, requireSignature: true } },
  },
  { situation: "a change of address waits", contracts: [running], data: { address: pending } },
  {
    situation: "changes of everything wait",
    contracts: [running],
    data: { contact: pending, address: pending, master: pending, payment: { ...pending, requireSignature: true } },
  },
  { situation: "every field of an address", contracts: [running], data: { address: { values: wholeAddress } } },
  {
    situation: "an old record that nobody completed",
    contracts: [running],
    data: {
      contact: { values: {} },
      address: { values: { city: "Musterstadt" } },
      master: { values: { lastName: "Altbestand", gender: "UNISEX" } },
      payment: { values: { iban: "" } },
    },
  },
  {
    situation: "add-ons: one renews monthly, one is on trial, one has ended by itself",
    contracts: [
      {
        ...running,
        modules: [
          { module: "sauna", startedDaysAgo: 40 },
          { module: "drinks", trialStartedDaysAgo: 5 },
          { module: "solarium", startedDaysAgo: lastYear },
        ],
      },
    ],
  },
  {
    situation: "an add-on's deadline in 6 to 10 days, the contract's far away",
    contracts: [{ rate: "premium", deadlineInDays: 300, modules: [{ module: "drinks", deadlineInDays: 10 }] }],
  },
  {
    situation: "add-ons: canceled by the member, by the studio, waiting, and taken back but not yet verified",
    contracts: [
      {
        ...running,
        modules: [
          { module: "sauna", startedDaysAgo: 10, cancelation: canceled },
          { module: "training", startedDaysAgo: 60, cancelation: byStudio },
          { module: "drinks", startedDaysAgo: 60, cancelation: byCustomer("PENDING_VERIFICATION", 1002n) },
          { module: "drinks", startedDaysAgo: 90, cancelation: byCustomer("PENDING_WITHDRAWAL_VERIFICATION") },
        ],
      },
    ],
  },
  {
    situation: "made online five days ago, starts next week: may still withdraw",
    contracts: [{ rate: "classic", startedDaysAgo: -7, madeOnlineDaysAgo: 5 }],
  },
  {
    situation: "made online 15 days ago: too late to withdraw",
    contracts: [{ rate: "classic", startedDaysAgo: 15, madeOnlineDaysAgo: 15 }],
  },
  { situation: "made at the desk three days ago", contracts: [{ rate: "classic", startedDaysAgo: 3 }] },
  {
    situation: "made online, and withdrawn in time",
    contracts: [{ rate: "classic", startedDaysAgo: 8, madeOnlineDaysAgo: 10, reversedDaysAgo: 6 }],
  },
  {
    situation: "may pause: applies at once, by months, and can be shortened to a day",
    contracts: [{ ...running, pauseRules: "monthsAtOnce" }],
  },
  {
    situation: "may pause: by whole weeks, from one day on only",
    contracts: [{ ...running, pauseRules: "weeks" }],
  },
  { situation: "may pause: by days", contracts: [{ ...running, pauseRules: "days" }] },
  { situation: "pauses cannot be asked for online", contracts: [{ ...running, pauseRules: "readOnly" }] },
  { situation: "pauses are off for the contract", contracts: [{ ...running, pauseRules: "none" }] },
  {
    situation: "a pause waits for the studio",
    contracts: [{ ...running, pauses: [{ startsInDays: 20, state: "PENDING_VERIFICATION" }] }],
  },
  {
    situation: "pauses: one is over, one runs now with a document, one is to come",
    contracts: [
      {
        ...running,
        pauseRules: "monthsAtOnce",
        pauses: [
          { startsInDays: -90 },
          { startsInDays: -10, reasonId: 2001n, hasDocument: true },
          { startsInDays: 60 },
        ],
      },
    ],
  },
  {
    situation: "an unlimited pause runs",
    contracts: [{ ...running, pauseRules: "monthsAtOnce", pauses: [{ startsInDays: -10, unlimited: true }] }],
  },
];
