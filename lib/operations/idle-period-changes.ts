import * as z from "zod/mini";
import { isSame } from "./canonical.ts";
import { answerId } from "./fields.ts";
import type { Ids, ReadBack, Shown, WriteRules } from "./operation.ts";

/** The body of a new pause or of a change, as far as the data can show it. */
interface Wanted {
  /** YYYY-MM-DD */
  readonly startDate: string;
  readonly temporalUnit?: "DAY" | "WEEK" | "MONTH" | null | undefined;
  readonly termValue?: number | null | undefined;
  readonly unlimited?: boolean | null | undefined;
  readonly endDate?: string | null | undefined;
  readonly reasonId: number | bigint;
}

const text = z.catch(z.optional(z.string()), undefined);

/** A field that makes no sense is undefined. The element stays: a pause that cannot be read may be the wanted one. */
const shownPause = z.catch(
  z.object({
    id: z.catch(z.optional(answerId), undefined),
    startDate: text,
    endDate: text,
    unlimited: z.catch(z.optional(z.boolean()), undefined),
    state: z.catch(
      z.optional(
        z.pipe(
          z.pipe(
            z.string(),
            z.transform((state) => state.trim().toUpperCase()),
          ),
          z.enum(["PENDING_VERIFICATION", "ACCEPTED"]),
        ),
      ),
      undefined,
    ),
    idlePeriodReason: z.catch(z.optional(z.object({ id: answerId })), undefined),
  }),
  {},
);

type Pause = z.output<typeof shownPause>;

/** The upstream's answer to a new pause or a change, as far as the data can stand in for it. */
interface Answer {
  readonly id: number | bigint;
  readonly state: NonNullable<Pause["state"]>;
  readonly startDate: string;
  readonly endDate?: string | null | undefined;
  readonly unlimited?: boolean | null | undefined;
}

const pauses = z.array(shownPause);

/** Null: the data makes no sense. */
const lists = z.catch(
  z.nullable(
    z.pipe(
      z.object({ pastIdlePeriods: z.nullish(pauses), currentAndUpcomingIdlePeriods: pauses }),
      z.transform(({ pastIdlePeriods, currentAndUpcomingIdlePeriods: current }) => ({
        all: [...(pastIdlePeriods ?? []), ...current],
        current,
      })),
    ),
  ),
  null,
);

type Lists = z.output<typeof lists>;

/** A read after a write has been seen to lag by up to ten seconds: three times that. */
const lagMs = 30_000;

const later = (day: string, { days = 0, months = 0 }): Date => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months, date.getUTCDate() + days);
  return date;
};

const lastOfMonth = (day: string, months: number): Date =>
  later(`${day.slice(0, 8)}01`, { months: months + 1, days: -1 });

const dayOf = (date: Date): string => (Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(0, 10));

/**
 * The last days that a studio may write for a term: it is not documented whether endDate still belongs to the pause, nor
 * where a month ends that begins on its 31st.
 */
const endsOf = ({ startDate, temporalUnit, termValue }: Wanted): readonly string[] => {
  const value = termValue ?? 0;
  if (temporalUnit !== "MONTH") {
    const days = value * (temporalUnit === "WEEK" ? 7 : 1);
    return [days - 1, days].map((count) => dayOf(later(startDate, { days: count })));
  }
  const [sum, last] = [later(startDate, { months: value }), lastOfMonth(startDate, value)];
  const ends = sum > last ? [last, sum] : [sum];
  return ends.flatMap((end) => [dayOf(end), dayOf(later(dayOf(end), { days: -1 }))]);
};

const endsAsWanted = (pause: Pause, wanted: Wanted): boolean => {
  if (wanted.unlimited) return true;
  const ends = wanted.endDate == null ? endsOf(wanted) : [wanted.endDate];
  return ends.some((end) => end !== "" && isSame("endDate", end, pause.endDate));
};

/**
 * The lost answer, if a pause is the wanted one. Two cannot begin on the same day, so it comes from this write, or was
 * there before and is the same in all that the data shows: either way, the contract is paused as wanted.
 */
const answerIn = ({ all }: NonNullable<Lists>, wanted: Wanted): Answer | undefined => {
  const found = all.find(
    (pause) =>
      isSame("startDate", wanted.startDate, pause.startDate) &&
      pause.idlePeriodReason !== undefined &&
      BigInt(pause.idlePeriodReason.id) === BigInt(wanted.reasonId) &&
      (pause.unlimited ?? false) === (wanted.unlimited ?? false) &&
      endsAsWanted(pause, wanted),
  );
  const { id, state, startDate, endDate, unlimited } = found ?? {};
  return id !== undefined && state && startDate ? { id, state, startDate, endDate, unlimited } : undefined;
};

/** Whether the studio would refuse the wanted pause because of this one, or may have made this one of it. */
const isInTheWay = (pause: Pause, wanted: Wanted): boolean => {
  const { startDate, endDate } = pause;
  if (!startDate || pause.state !== "ACCEPTED") return true;
  const lastWanted = wanted.unlimited ? undefined : endsOf(wanted).toSorted().at(-1);
  const startsAfter = lastWanted !== undefined && startDate > lastWanted;
  const endsBefore = !pause.unlimited && endDate !== undefined && endDate < wanted.startDate;
  return !startsAfter && !endsBefore;
};

const shownOf = ({ all }: NonNullable<Lists>): { readonly shown?: Shown } => {
  const pending = all.find((each) => each.state === "PENDING_VERIFICATION");
  return pending ? { shown: { pendingAmendment: pending.id === undefined ? {} : { id: pending.id } } } : {};
};

/** The answer of a write of a pause has a link that opens a document about the member: the writes table must not keep it. */
const notKept = ["documentUrl"];

const answered = z.looseObject({ id: answerId });

/** The rules of a new pause. `read` shows the contract's pauses. */
export const idlePeriodCreation = (
  read: ReadBack["read"],
): WriteRules<{ readonly contractId: string }, Wanted, Answer, Lists> => ({
  event: "IdlePeriodRequested",
  eventIds: ({ params: { contractId } }, answer) => {
    const idlePeriodId = answered.safeParse(answer).data?.id;
    return { contractId, ...(idlePeriodId !== undefined && { idlePeriodId }) };
  },
  notKept,
  readBack: {
    read,
    data: lists,
    lagMs,
    isAtOnce: false,
    seen: ({ body }, data) => {
      if (!data) return { verdict: "unclear" };
      const answer = answerIn(data, body);
      if (answer) return { verdict: "carried-out", answer, ...shownOf(data) };
      const isAbsent = !data.all.some((each) => isInTheWay(each, body));
      return { verdict: isAbsent ? "not-carried-out" : "unclear", ...shownOf(data) };
    },
  },
});

type IdlePeriodIds = Ids & { readonly contractId: string; readonly idlePeriodId: string };

const namedIds: WriteRules<IdlePeriodIds>["eventIds"] = ({ params: { contractId, idlePeriodId } }) => ({
  contractId,
  idlePeriodId,
});

/**
 * The rules of a change. One that does not show may have been overwritten since, so its absence proves nothing. Whether a
 * new document arrived is not shown.
 */
export const idlePeriodUpdate = (read: ReadBack["read"]): WriteRules<IdlePeriodIds, Wanted, Answer, Lists> => ({
  event: "IdlePeriodUpdateRequested",
  eventIds: namedIds,
  notKept,
  readBack: {
    read,
    data: lists,
    lagMs,
    isAtOnce: false,
    seen: ({ body, hasDocument }, data) => {
      if (!data) return { verdict: "unclear" };
      const answer = hasDocument ? undefined : answerIn(data, body);
      return { verdict: answer ? "carried-out" : "unclear", ...(answer && { answer }), ...shownOf(data) };
    },
  },
});

/**
 * The rules of a withdrawal. A pause that waited has another id once the studio has accepted it, so a missing id proves
 * a withdrawal only where no accepted pause is left.
 */
export const idlePeriodWithdrawal = (
  read: ReadBack["read"],
): WriteRules<IdlePeriodIds, undefined, { readonly success?: string | null | undefined }, Lists> => ({
  event: "IdlePeriodWithdrawn",
  eventIds: namedIds,
  readBack: {
    read,
    data: lists,
    lagMs,
    isAtOnce: false,
    seen: ({ params: { idlePeriodId } }, data) => {
      if (!data) return { verdict: "unclear" };
      if (data.all.some((each) => each.id !== undefined && BigInt(each.id) === BigInt(idlePeriodId)))
        return { verdict: "not-carried-out" };
      const isGone = data.current.every((each) => each.id !== undefined && each.state === "PENDING_VERIFICATION");
      return isGone ? { verdict: "gone", answer: { success: "true" } } : { verdict: "unclear" };
    },
  },
});
