import { setTimeout as sleep } from "node:timers/promises";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { createCaller } from "./caller.ts";
import { allEffects } from "./faults.ts";
import type { Attempt, History, Send } from "./history.ts";
import { doubtMs, type Lane } from "./lane.ts";
import { findSubject, type Subject } from "./members.ts";
import type { Plan } from "./plan.ts";
import { createSabotage } from "./sabotage.ts";
import type { World } from "./world.ts";

/** The history of a run. Its events come later, when the outbox is empty. */
export type Ran = Omit<History, "events">;

/** Carries out a plan: all callers send their writes with faults. Then those with a key repeat them without faults. */
export const carryOut = async (world: World, lane: Lane, plan: Plan): Promise<Ran> => {
  const subject = await findSubject(world, plan);
  const sabotage = createSabotage(plan.faults);
  const { books } = world.studios[plan.studioId];
  const before = books.length;
  const attempts: Attempt[] = [];
  const { operation, studioId } = plan;
  const { customerId, params, isShown, isAbsenceShown } = subject;
  lane.log();
  lane.trouble({ operation, studioId, customerId, params, sabotage });
  const callers = plan.callers.map((own, caller) => createCaller({ plan, subject, lane, attempts }, caller, own));
  await Promise.all(callers.map(({ ask }) => ask()));
  sabotage.end();
  await sleep(untilDoubtsAreOver(attempts, isShown ? operation : undefined));
  for (const { askAgain } of callers) await askAgain();
  await sleep(latestMs(sabotage.injected, attempts));
  lane.trouble(undefined);
  return {
    plan,
    isShown,
    isAbsenceShown,
    attempts,
    sends: sendsTo(world, plan, subject),
    bookings: books.slice(before).filter((booking) => booking.customerId === customerId).length,
    injected: sabotage.injected,
    log: lane.log(),
  };
};

/** Repeats what is still unknown once the gateway may send again. That finds a gateway that sends without a proof. */
const untilDoubtsAreOver = (attempts: readonly Attempt[], shown: Operation | undefined): number => {
  const lagMs = shown?.write?.readBack?.lagMs ?? 0;
  const last = Object.values(Object.groupBy(attempts, ({ caller }) => caller)).flatMap((own) => own?.at(-1) ?? []);
  const ends = last
    .filter(({ hasKey, told }) => hasKey && told?.isUnknown)
    .map(({ endedAt }) => endedAt + doubtMs + lagMs);
  return Math.max(0, ...ends.map((end) => end - Date.now()));
};

/** How long a slow studio may still work on a request, in milliseconds. */
const latestMs = (injected: readonly string[], attempts: readonly Attempt[]): number => {
  const delays = allEffects.flatMap(({ name, effect }) =>
    injected.includes(name) && "upstream" in effect && effect.upstream.kind === "delay" ? [effect.upstream.ms] : [],
  );
  if (delays.length === 0) return 0;
  const lastEnd = Math.max(...attempts.map(({ endedAt }) => endedAt));
  return Math.max(0, lastEnd + Math.max(...delays) + 100 - Date.now());
};

const sendsTo = ({ studios }: World, { operation, studioId }: Plan, { params }: Subject): Send[] =>
  studios[studioId].requests
    .filter(({ method, path, headers }) => {
      const isOurs = headers["user-agent"] === "perfectgym-gateway" && path === pathOf(operation, params);
      return isOurs && method === operation.method;
    })
    .map(({ headers, at, dealtWithAt, booking }) => ({
      attempt: String(headers["traceparent"]),
      arrivedAt: Date.parse(at),
      dealtWithAt: dealtWithAt === undefined ? undefined : Date.parse(dealtWithAt),
      carriedOutAt: booking && Date.parse(booking.at),
      keeping: booking?.keeping,
      canceledTo: booking?.movedTo ?? booking?.requestedDate,
    }));
