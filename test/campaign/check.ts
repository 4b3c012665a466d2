import * as z from "zod";
import { createModuleContractCancelationAmendment } from "#lib/operations/additional-modules.ts";
import { createContractCancelationAmendment } from "#lib/operations/contracts.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { type Answer, type Attempt, type History, isPassing, type Send } from "./history.ts";

export interface Violation {
  readonly kind: "double" | "lost" | "untrue" | "event" | "replay" | "undecided" | "books";
  readonly text: string;
}

/** One intention: the attempts with one key, and the writes that reached the studio. */
interface Told {
  readonly attempts: readonly Attempt[];
  readonly sends: readonly Send[];
}

/** Compares the callers' answers with what the studio did. Empty if they agree. */
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
      ...blindRepeats(each, history),
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

/** Finds writes that were sent again although an earlier one was or may be carried out. It counts refused ones, too. */
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

/**
 * Finds writes that were sent again after an unknown outcome although nothing shows whether they were carried out, such
 * as a purchase with a partner's token. A table that failed may have taken what its Lambda knew.
 */
const blindRepeats = ({ attempts, sends }: Told, { isAbsenceShown, injected }: History): Violation[] => {
  if (isAbsenceShown || injected.some((name) => name.includes("settle"))) return [];
  const isInDoubt = (send: Send) => attempts.find(({ id }) => id === send.attempt)?.told?.isUnknown === true;
  return sends.flatMap((send, place) => {
    // One attempt may reach the studio twice: with a key that was just rotated away, and then with the new one.
    const doubted = sends.slice(0, place).find((each) => each.attempt !== send.attempt && isInDoubt(each));
    const attempt = attempts.find(({ id }) => id === send.attempt);
    if (!attempt || doubted?.carriedOutAt !== undefined || !doubted) return [];
    return [violation("double", attempt, `sent again although nobody can tell about ${doubted.attempt}`)];
  });
};

/** Finds answers that report a success without such a write at the studio by then. Another caller's write counts. */
const lostWrites = (attempt: Attempt, { isShown, attempts, sends }: History): Violation[] => {
  if (!isSuccess(attempt)) return [];
  const wishes = attempts.filter(({ wish, intention }) =>
    isShown ? wish === attempt.wish : intention === attempt.intention,
  );
  const ids = new Set(wishes.map(({ id }) => id));
  const isThere = sends.some(
    (send) => ids.has(send.attempt) && send.carriedOutAt !== undefined && send.carriedOutAt <= attempt.endedAt,
  );
  return isThere ? [] : [violation("lost", attempt, "was told a success, the books have no such write")];
};

const cancelations: readonly Operation[] = [
  createContractCancelationAmendment,
  createModuleContractCancelationAmendment,
];
const receipts = z.object({ receipt: z.object({ cancelationStatus: z.string(), cancelationDate: z.unknown() }) });

/** Finds receipts with another day than the studio's. The studio may have chosen another day than the requested one. */
const untrueReceipts = (attempt: Attempt, { plan, sends }: History): Violation[] => {
  if (!isSuccess(attempt) || !cancelations.includes(plan.operation)) return [];
  const { receipt } = receipts.safeParse(JSON.parse(attempt.told?.text ?? "")).data ?? {};
  const done = sends.find(({ carriedOutAt }) => carriedOutAt !== undefined);
  const isTrue =
    !receipt || receipt.cancelationStatus === "NOT_YET_KNOWN" || receipt.cancelationDate === done?.canceledTo;
  return isTrue ? [] : [violation("untrue", attempt, `its receipt says ${receipt.cancelationDate}`)];
};

/** Finds answers that deny a write that the studio has. A refusal is about the intention, other answers about one request. */
const untrueFailures = ({ attempts, sends }: Told): Violation[] =>
  attempts.flatMap((attempt) => {
    const { told, endedAt, id } = attempt;
    if (!told || isSuccess(attempt) || told.isUnknown) return [];
    const isOwn = (send: Send) => !isPassing(told) || send.attempt === id;
    const done = sends.find((send) => isOwn(send) && send.carriedOutAt !== undefined && send.carriedOutAt <= endedAt);
    return done ? [violation("untrue", attempt, `was told ${told.status} ${told.code}, it was carried out`)] : [];
  });

/** Finds repeats with other bytes than the first final answer. A process that was killed or a table that failed may lose it. */
const replays = ({ attempts }: Told, { plan, log }: History): Violation[] => {
  const replayed = attempts.filter(({ told }) => told?.isReplayed);
  const given = attempts.filter(({ told, hasKey }) => hasKey && told && isKeptAnswer(told));
  // 500: the Lambda's time was over before it could answer what it had settled.
  const isKept = attempts.every(({ told }) => told && told.status !== 500) && !log.includes(`"unsettled"`);
  const [first] = replayed;
  const { notKept = [] } = plan.operation.write ?? {};
  const texts = new Set(given.flatMap(({ told }) => (told ? [keptOf(told, notKept)] : [])));
  // The same happened if it answered "unknown" about what it had just settled.
  const isToldUnknown = attempts.some(({ told }) => told?.isUnknown);
  const isInvented = isKept && !isToldUnknown && first?.told && !texts.has(keptOf(first.told, notKept));
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

/** An answer as a replay gives it: without what must not be kept. */
const keptOf = ({ text }: Answer, notKept: readonly string[]): string =>
  notKept.length === 0 || text === ""
    ? text
    : JSON.stringify(JSON.parse(text), (name, value) => (notKept.includes(name) ? undefined : value));

/** A refusal because the key came with another payload is not kept. */
const isKeptAnswer = (told: Answer): boolean =>
  !told.isReplayed && !isPassing(told) && told.code !== "idempotency-key-reused";

/** Finds keys whose last answer, after all faults, is not final although the studio's data proves the outcome. */
const undecided = ({ attempts, sends }: Told, history: History): Violation[] =>
  Object.values(Object.groupBy(attempts, ({ caller }) => caller)).flatMap((own = []) => {
    const last = own.at(-1);
    if (!last?.hasKey || (last.told && !isPassing(last.told))) return [];
    if (last.told?.isUnknown && !isTold(last, sends, history)) return [];
    return [violation("undecided", last, `the last word is ${last.told?.status} ${last.told?.code}`)];
  });

/**
 * Whether the studio's data proves the outcome of a wish: it shows the wish, in any spelling, or nothing of the kind.
 * Another caller's wish, or one that the studio altered, proves nothing. Where reads lag, neither does a write that the last
 * attempt was too early to see, nor an absence after a refused repeat: the refusal may know of the write before the data does.
 */
const isTold = ({ wish, startedAt }: Attempt, own: readonly Send[], history: History): boolean => {
  const { plan, attempts, sends, isShown, isAbsenceShown } = history;
  if (!isShown) return false;
  const { lagMs = 0 } = plan.operation.write?.readBack ?? {};
  const [latest] = sends
    .filter(({ carriedOutAt }) => carriedOutAt !== undefined)
    .sort((a, b) => Number(b.carriedOutAt) - Number(a.carriedOutAt));
  if (!latest) return isAbsenceShown && !(lagMs > 0 && own.length > 1);
  if (lagMs > 0 && Number(latest.carriedOutAt) + lagMs > startedAt) return false;
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
