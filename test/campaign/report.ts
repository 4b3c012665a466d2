import { purchaseAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import type { Violation } from "./check.ts";
import { allEffects, type Effect } from "./faults.ts";
import type { Attempt, Send } from "./history.ts";
import type { Plan } from "./plan.ts";
import type { Outcome } from "./runs.ts";

const count = (outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number =>
  outcomes.reduce((sum, outcome) => sum + of(outcome), 0);

const violationsOf = (outcomes: readonly Outcome[], ...kinds: readonly Violation["kind"][]): number =>
  count(outcomes, ({ violations }) => violations.filter(({ kind }) => kinds.includes(kind)).length);

const isKill = (name: string): boolean => /\/kill/.test(name);

/** Answers that report a success although the studio's answer was lost or reported a failure. */
const settledAtOnce = ({ history: { plan, attempts, sends, injected } }: Outcome): number => {
  const isDoubtOnly = injected.length > 0 && injected.every((name) => doubtful.test(name));
  if (!isDoubtOnly || plan.operation.write?.readBack?.isAtOnce !== true) return 0;
  const [first] = sends.filter(({ carriedOutAt }) => carriedOutAt !== undefined);
  return attempts.filter(({ id, told }) => id === first?.attempt && told?.status === 200).length;
};

/** The fault hit a write that was still carried out. */
const doubtful = /^after-carrying-out\/(5|moved|reset|html|broken)/;

/** Such as `kill`, `service refused`, `upstream reset`. */
const kindOf = (effect: Effect): string => {
  if ("kill" in effect) return `kill ${effect.kill}`;
  if ("service" in effect) return `service ${effect.service}`;
  return "upstream" in effect ? `upstream ${effect.upstream.kind}` : "rotate";
};

/** Whether an app with a key repeated a write that the studio stores in this way, after an unknown outcome. */
const isInDoubtAbout =
  (keeping: Send["keeping"]) =>
  ({ history: { attempts, sends } }: Outcome): boolean =>
    attempts.some(({ id, hasKey, told }) => {
      const isKept = sends.some((send) => send.attempt === id && send.keeping === keeping);
      return isKept && hasKey && (!told || told.isUnknown);
    });

/** Whether the answer to a purchase was lost. */
const isLostPurchase = (token: Plan["token"]) => (outcome: Outcome) => {
  const { operation, token: its } = outcome.history.plan;
  return operation === purchaseAdditionalModuleContract && its === token && isInDoubtAbout(undefined)(outcome);
};

/** Doubts that a campaign must meet, besides all points and kinds of fault. */
const doubts: Readonly<Record<string, (outcome: Outcome) => boolean>> = {
  "a doubt that is settled at once": (outcome) => settledAtOnce(outcome) > 0,
  "a doubt about what the studio respelled": isInDoubtAbout("RESPELLED"),
  "a doubt about what the studio altered": isInDoubtAbout("ALTERED"),
  "a doubt about what a read does not show yet": (outcome) =>
    outcome.history.plan.studioId === "lagging" && isInDoubtAbout(undefined)(outcome),
  "a lost purchase with a member's token": isLostPurchase("member"),
  "a lost purchase with a partner's token": isLostPurchase("partner"),
};

/** The points of a write, kinds of fault and doubts that no run met. */
export const notMet = (outcomes: readonly Outcome[]): readonly string[] => {
  const names = new Set(outcomes.flatMap(({ history }) => history.injected));
  const kindsOf = (effects: typeof allEffects) => effects.flatMap(({ point, effect }) => [point, kindOf(effect)]);
  const met = new Set(kindsOf(allEffects.filter(({ name }) => names.has(name))));
  const missing = [...new Set(kindsOf(allEffects))].filter((each) => !met.has(each));
  return [...missing, ...Object.keys(doubts).filter((name) => !outcomes.some((outcome) => doubts[name]?.(outcome)))];
};

/** The campaign in one line. */
export const figures = (outcomes: readonly Outcome[], seed: number): string => {
  const faults = count(outcomes, ({ history }) => history.injected.length);
  const kills = count(outcomes, ({ history }) => history.injected.filter(isKill).length);
  const requests = count(outcomes, ({ history }) => history.attempts.length);
  const found = [
    `${violationsOf(outcomes, "double")} double`,
    `${violationsOf(outcomes, "lost")} lost`,
    `${violationsOf(outcomes, "untrue", "books")} untrue`,
    `${violationsOf(outcomes, "undecided", "replay")} undecided`,
    `${violationsOf(outcomes, "event")} events missing`,
  ];
  const settled = `${count(outcomes, settledAtOnce)} doubts settled at once`;
  const done = `${outcomes.length} runs, ${faults} faults, ${kills} kills, ${requests} requests, ${settled}`;
  return `${done}: ${found.join(", ")} (seed ${seed})`;
};

/** Describes a run for a developer: its plan, the callers' answers with times, and what the studio did. */
export const describeRun = ({ history, violations }: Outcome): string => {
  const { plan, attempts, sends, events, injected, log } = history;
  const start = Math.min(...attempts.map(({ startedAt }) => startedAt));
  const { seed, run, operation, studioId, token, hasDocument, callers, faults } = plan;
  const timeline = [
    ...attempts.map((attempt) => ({ at: attempt.startedAt, text: describeAttempt(attempt, start) })),
    ...sends.map(({ attempt, arrivedAt, carriedOutAt, keeping = "" }) => {
      const done = carriedOutAt === undefined ? "not carried out" : `carried out at ${carriedOutAt - start} ${keeping}`;
      return { at: arrivedAt, text: `    reached the studio: ${attempt}, ${done.trim()}` };
    }),
  ];
  const lines = timeline
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `  ${String(at - start).padStart(6)} ${text}`);
  return [
    `run ${run}: ${operation.id}${operation.document && hasDocument ? " with a document" : ""}, studio ${studioId}, token of a ${token} (replay: npm run campaign -- --seed ${seed} --run ${run})`,
    ...violations.map(({ kind, text }) => `  VIOLATION ${kind}: ${text}`),
    ...callers.map(
      ({ key = "no key", wish, startsAfterMs }, i) => `  caller ${i}: ${key}, wish ${wish}, after ${startsAfterMs} ms`,
    ),
    ...faults.map(({ name, nth, times }) => `  planned: ${name} at request ${nth} of its stage, ${times} times`),
    `  injected: ${injected.join(", ") || "nothing"}`,
    ...lines,
    ...events.map(({ type, outcome, attempt }) => `  event: ${type} ${outcome} of ${attempt}`),
    `  books: ${history.bookings} writes`,
    ...log.split("\n").map((line) => `  log: ${line.slice(0, 400)}`),
  ].join("\n");
};

const describeAttempt = ({ id, caller, intention, endedAt, told }: Attempt, start: number): string => {
  const more = told && [
    told.status,
    told.code,
    told.isUnknown && "outcome unknown",
    told.isReplayed && "replayed",
    told.retryAfterSeconds !== undefined && `Retry-After ${told.retryAfterSeconds}`,
  ];
  const heard = more ? more.filter(Boolean).join(" ") : "nothing";
  return `caller ${caller} (${intention}) asks, ${id}, and is told at ${endedAt - start}: ${heard}`;
};
