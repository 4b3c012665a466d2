import type { Day } from "#infra/sandbox/members/calendar.ts";
import type { Publication } from "./bus.ts";
import type { Change } from "./changes.ts";
import { contractKey, createExpectations, type ExpectationOptions, reminderKey } from "./expectations.ts";

/** The job's promises, and how many times each was broken. */
export interface Verdict {
  /** Published again although nothing went wrong the first time. */
  readonly duplicates: number;
  /** Published again after a crash or a lost answer: the job could not know that it was published. */
  readonly duplicatesAfterFault: number;
  /** Published after the deadline, for another deadline than the contract's, or for a canceled contract. */
  readonly wrong: number;
  /** Deadlines that passed without a reminder, although the job could know of them in time. */
  readonly missed: number;
  /** Single steps without a reminder while they lasted. */
  readonly missedSteps: number;
  /** Reminders that were published later than on the first possible day. */
  readonly late: number;
}

/** The greatest age of an answer that the job acts on, in milliseconds: a Lambda ends before. */
const oldestAnswerMs = 27_000;

/** Compares the published reminders with the members' contracts. It uses no code of the job. */
export const createJudge = (options: ExpectationOptions) => {
  const expectations = createExpectations(options);
  const published = new Map<string, Publication[]>();
  const byId = new Map<string, Publication>();
  let duplicates = 0;
  let duplicatesAfterFault = 0;
  let wrong = 0;

  const isExcused = ({ note, isAnswerLost, wasCutOff }: Publication): boolean =>
    note !== "noted" && (note === "lost" || isAnswerLost || wasCutOff());

  const isWrong = ({ reminder, at }: Publication): boolean => {
    const today = options.wall.dayAt(at);
    const isOpen = expectations.isOpen(reminder, at) || expectations.isOpen(reminder, at - oldestAnswerMs);
    const { lastPossibleCancelationDate: deadline } = reminder;
    return !isOpen || deadline < today || expectations.deadlineOn(reminder, today) !== deadline;
  };

  return {
    onChange: (studioId: string, change: Change): void =>
      expectations.onChange(contractKey(studioId, change.contractId), change),
    onPublished: (publication: Publication): void => {
      const { reminder } = publication;
      const key = reminderKey(contractKey(reminder.studioId, reminder.contractId), reminder);
      const before = published.get(key) ?? [];
      const isSame = before.every((each) => each.reminder.reminderId === reminder.reminderId && isExcused(each));
      if (before.length > 0 && isSame) duplicatesAfterFault += 1;
      else if (before.length > 0) duplicates += 1;
      if (isWrong(publication)) wrong += 1;
      published.set(key, [...before, publication]);
      byId.set(reminder.reminderId, publication);
    },
    onNote: (reminderId: string, note: "noted" | "lost"): void => {
      const publication = byId.get(reminderId);
      if (publication !== undefined && publication.note !== "noted") publication.note = note;
    },
    verdict: (): Verdict => {
      const firstDays = new Map<string, Day>();
      for (const [key, [first]] of published) if (first) firstDays.set(key, options.wall.dayAt(first.at));
      return { duplicates, duplicatesAfterFault, wrong, ...expectations.compare(firstDays) };
    },
  };
};
