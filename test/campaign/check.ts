import * as z from "zod";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import { type Answer, type Attempt, type History, isPassing, type Send } from "./history.ts";

export interface Violation {
  readonly kind: "double" | "lost" | "untrue" | "event" | "replay" | "undecided" | "books";
  readonly text: string;
}

/** One intention: what was asked with one key, and what the studio got of it. */
interface Told {
  readonly attempts: readonly Attempt[];
  readonly sends: readonly Send[];
}

/** Compares what callers were told with what the studio did. Empty: all is as it was told. */
export const check = (history: History): readonly Violation[] => {
  const intentions = Object.values(Object.groupBy(history.attempts, ({ intention }) => intention)).map(
    (attempts = []): Told => {
      const ids = new Set(attempts.map(({ id }) => id));
      return { attempts, sends: history.sends.filter(({ attempt }) => ids.has(attempt)) };
    },
  );
  return [
    ...intentions.flatMap((each) => [
      ...doubles(each),
      ...untrueFailures(each),
      ...replays(each, history),
      ...undecided(each, history),
      ...eventsMissing(each, history),
    ]),
    ...history.attempts.flatMap((attempt) => [...lostWrites(attempt, history), ...untrueReceipts(attempt, history)]),
    ...untrueEvents(history),
    ...books(history),
  ];
};

const isSuccess = ({ told }: Attempt): boolean => told?.status === 200;

const violation = (kind: Violation["kind"], { id, caller }: Pick<Attempt, "id" | "caller">, what: string) => ({
  kind,
  text: `caller ${caller}, ${id}: ${what}`,
});

/** Also what the studio refused: whoever sends again what was or may yet be carried out relies on luck. */
const doubles = ({ attempts, sends }: Told): Violation[] =>
  sends.flatMap((send, place) => {
    const before = sends.slice(0, place);
    const done = before.find(({ carriedOutAt }) => carriedOutAt !== undefined);
    const atWork = before.find(({ dealtWithAt = 0 }) => dealtWithAt > send.arrivedAt);
    const attempt = attempts.find(({ id }) => id === send.attempt);
    if (!attempt || !(done ?? atWork)) return [];
    if (!done) return [violation("double", attempt, `sent again while the studio was at work for ${atWork?.attempt}`)];
    const how = send.carriedOutAt === undefined ? "sent again" : "carried out again";
    return [violation("double", attempt, `${how} after it was carried out for ${done.attempt}`)];
  });

/** Told a success, and the studio has no such write at that time. A wish is fulfilled whoever had it carried out. */
const lostWrites = (attempt: Attempt, { plan, attempts, sends }: History): Violation[] => {
  if (!isSuccess(attempt)) return [];
  const isReadable = plan.operation.write?.readBack !== undefined;
  const wishes = attempts.filter(({ wish, intention }) =>
    isReadable ? wish === attempt.wish : intention === attempt.intention,
  );
  const ids = new Set(wishes.map(({ id }) => id));
  const isThere = sends.some(
    (send) => ids.has(send.attempt) && send.carriedOutAt !== undefined && send.carriedOutAt <= attempt.endedAt,
  );
  return isThere ? [] : [violation("lost", attempt, "was told a success, the books have no such write")];
};

const receipts = z.object({ receipt: z.object({ cancelationStatus: z.string(), cancelationDate: z.unknown() }) });

/** A receipt shows the day that the studio has, not the one that was asked for. */
const untrueReceipts = (attempt: Attempt, { plan, sends }: History): Violation[] => {
  if (!isSuccess(attempt) || plan.operation !== createContractCancelationAmendment) return [];
  const { receipt } = receipts.safeParse(JSON.parse(attempt.told?.text ?? "")).data ?? {};
  const done = sends.find(({ carriedOutAt }) => carriedOutAt !== undefined);
  const isTrue =
    !receipt || receipt.cancelationStatus === "NOT_YET_KNOWN" || receipt.cancelationDate === done?.canceledTo;
  return isTrue ? [] : [violation("untrue", attempt, `its receipt says ${receipt.cancelationDate}`)];
};

/** A refusal is about the intention, anything else about its own request. */
const untrueFailures = ({ attempts, sends }: Told): Violation[] =>
  attempts.flatMap((attempt) => {
    const { told, endedAt, id } = attempt;
    if (!told || isSuccess(attempt) || told.isUnknown) return [];
    const isOwn = (send: Send) => !isPassing(told) || send.attempt === id;
    const done = sends.find((send) => isOwn(send) && send.carriedOutAt !== undefined && send.carriedOutAt <= endedAt);
    return done ? [violation("untrue", attempt, `was told ${told.status} ${told.code}, it was carried out`)] : [];
  });

/** What was given once is given again, to the byte; a process or a table that died on the way may have lost it. */
const replays = ({ attempts }: Told, { log }: History): Violation[] => {
  const replayed = attempts.filter(({ told }) => told?.isReplayed);
  const given = attempts.filter(({ told, hasKey }) => hasKey && told && isKeptAnswer(told));
  // 500: the Lambda was out of time before it could say what it had settled.
  const isKept = attempts.every(({ told }) => told && told.status !== 500) && !log.includes(`"unsettled"`);
  const [first] = replayed;
  const texts = new Set(given.map(({ told }) => told?.text));
  // So it was, too, where it said "unknown" about what it had just settled.
  const isToldUnknown = attempts.some(({ told }) => told?.isUnknown);
  const isInvented = isKept && !isToldUnknown && first && !texts.has(first.told?.text);
  const altered = replayed.filter(({ told }) => told?.text !== first?.told?.text);
  const forgotten = given.filter(({ startedAt }) =>
    (isKept ? [...replayed, ...given] : replayed).some(({ endedAt }) => endedAt < startedAt),
  );
  return [
    ...(isInvented ? [violation("replay", first, "its replay is no answer that was given before")] : []),
    ...altered.map((attempt) => violation("replay", attempt, "its replay is not as the first one")),
    ...forgotten.map((attempt) => violation("replay", attempt, "its answer was kept, and is another now")),
  ];
};

/** That a key is another payload's is not an answer to keep. */
const isKeptAnswer = (told: Answer): boolean =>
  !told.isReplayed && !isPassing(told) && told.code !== "idempotency-key-reused";

/** The last word to everyone with a key, after all faults, must be one, unless the studio's data cannot tell. */
const undecided = ({ attempts }: Told, history: History): Violation[] =>
  Object.values(Object.groupBy(attempts, ({ caller }) => caller)).flatMap((own = []) => {
    const last = own.at(-1);
    if (!last?.hasKey || (last.told && !isPassing(last.told))) return [];
    if (last.told?.isUnknown && !isTold(last, history)) return [];
    return [violation("undecided", last, `the last word is ${last.told?.status} ${last.told?.code}`)];
  });

/**
 * Whether the studio's data tells what became of a wish: it is there, in whatever spelling, or nothing of the kind is.
 * Another's wish in its place, or what the studio has made of this one, tells nothing.
 */
const isTold = ({ wish }: Attempt, { plan, attempts, sends, isAbsenceShown }: History): boolean => {
  if (!plan.operation.write?.readBack) return false;
  const [latest] = sends
    .filter(({ carriedOutAt }) => carriedOutAt !== undefined)
    .sort((a, b) => Number(b.carriedOutAt) - Number(a.carriedOutAt));
  if (!latest) return isAbsenceShown;
  const isOfWish = attempts.some(({ id, wish: its }) => id === latest.attempt && its === wish);
  return isOfWish && latest.keeping !== "ALTERED";
};

const eventsMissing = ({ attempts, sends }: Told, { plan, events }: History): Violation[] => {
  const ids = new Set(attempts.map(({ id }) => id));
  const isTold = events.some(({ attempt, type }) => ids.has(attempt) && type === plan.operation.write?.event);
  const [attempt] = attempts;
  if (isTold || !attempt || !sends.some(({ carriedOutAt }) => carriedOutAt !== undefined)) return [];
  return [violation("event", attempt, "was carried out, and no event says so")];
};

const untrueEvents = (history: History): Violation[] =>
  history.events.flatMap((event) => {
    const attempt = history.attempts.find(({ id }) => id === event.attempt);
    if (!attempt) return [{ kind: "books", text: `an event of a request nobody made: ${event.attempt}` }];
    if (event.outcome !== "accepted") return [];
    const told = { status: 200, code: undefined, isUnknown: false, isReplayed: false };
    const asSuccess = { ...attempt, endedAt: Infinity, told: { ...told, retryAfterSeconds: undefined, text: "" } };
    return lostWrites(asSuccess, history).map(() => violation("untrue", attempt, "its event says accepted"));
  });

const books = ({ bookings, sends }: History): Violation[] => {
  const carriedOut = sends.filter(({ carriedOutAt }) => carriedOutAt !== undefined).length;
  if (bookings === carriedOut) return [];
  return [
    { kind: "books", text: `the books hold ${bookings} writes of this member, ${carriedOut} were seen to be made` },
  ];
};
