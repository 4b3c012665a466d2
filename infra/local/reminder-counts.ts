import * as z from "zod";
import type { Reminder } from "#lib/reminders/messages.ts";
import { type Report, reminderIn, type Tally } from "./reminder-report.ts";

const record = z.looseObject({
  operation: z.string(),
  members: z.number().default(0),
  asked: z.number().default(0),
  checked: z.number().default(0),
  forbidden: z.number().default(0),
  modulesForbidden: z.number().default(0),
  notWorthIt: z.number().default(0),
  upstreamCalls: z.number().default(0),
  outcome: z.string().optional(),
  errors: z.array(z.looseObject({ name: z.string(), code: z.string().optional() })).default([]),
});

const checkAnswer = z.looseObject({ reminders: z.array(z.record(z.string(), z.unknown())) });

export interface Counts {
  /** Reads what the functions write to their log. */
  readonly read: (lines: string) => void;
  /** Reads what the functions answer. */
  readonly answer: (answer: unknown) => void;
  readonly onReminder: (tell: (reminder: Reminder) => void) => void;
  readonly tally: () => Tally;
  readonly errors: ReadonlyMap<string, number>;
}

/** Adds up the counts that the functions log for a run. */
export const createCounts = (report: Pick<Report, "progress" | "trouble">): Counts => {
  let tally: Tally = { members: 0, asked: 0, checked: 0, forbidden: 0, modulesForbidden: 0, upstreamCalls: 0 };
  let tell: (reminder: Reminder) => void = () => {};
  const errors = new Map<string, number>();
  const add = (line: string): void => {
    const {
      members,
      asked,
      checked,
      forbidden,
      modulesForbidden,
      notWorthIt,
      upstreamCalls,
      outcome,
      errors: met,
    } = record.parse(JSON.parse(line));
    tally = {
      members: tally.members + members,
      // A message may come twice. The second one is not worth a check, so that the member counts once.
      asked: tally.asked + asked - notWorthIt,
      checked: tally.checked + checked,
      forbidden: tally.forbidden + forbidden,
      modulesForbidden: tally.modulesForbidden + modulesForbidden,
      upstreamCalls: tally.upstreamCalls + upstreamCalls,
    };
    for (const { name, code = name } of met.slice(0, 1)) {
      if (!errors.has(code)) report.trouble(code);
      errors.set(code, (errors.get(code) ?? 0) + 1);
    }
    if (outcome === "later") report.trouble("upstream-busy");
    report.progress(tally);
  };
  return {
    read: (lines) => lines.split("\n").filter(Boolean).forEach(add),
    answer: (answer) => {
      for (const reminder of checkAnswer.safeParse(answer).data?.reminders ?? []) tell(reminderIn(reminder));
    },
    onReminder: (given) => {
      tell = given;
    },
    tally: () => tally,
    errors,
  };
};
