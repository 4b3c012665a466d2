import * as z from "zod";
import { terminalTable } from "#infra/terminal-table.ts";
import type { ProblemCode } from "#lib/problems/types.ts";
import { cancelationReminderDue, moduleCancelationReminderDue, type Reminder } from "#lib/reminders/messages.ts";

/** A reminder's event, as the bus got it. */
export const reminderIn = (detail: unknown): Reminder => reminder.parse(detail);

const reminder = z.union([cancelationReminderDue, moduleCancelationReminderDue]);

/** The progress of a run. All numbers but `deadLetters` count members. */
export interface Tally {
  /** Members in the upstream's list. */
  readonly members: number;
  /** Due for a check. */
  readonly asked: number;
  /** Due, and checked. */
  readonly checked: number;
  /** Due, but the upstream answered 403. */
  readonly forbidden: number;
  /** Checked, but their modules could not be read: the upstream answered 403. */
  readonly modulesForbidden: number;
  readonly upstreamCalls: number;
}

export interface Outcome extends Tally {
  readonly published: number;
  /** Messages that failed permanently. */
  readonly deadLetters: number;
  /** How often each error occurred, by its code or else its name. */
  readonly errors: ReadonlyMap<string, number>;
}

export interface Report {
  /** Reports steps that take long before the run begins. */
  readonly say: (what: string) => void;
  readonly progress: (tally: Tally) => void;
  /** Reports an error's code or name when it first occurs. The run continues. */
  readonly trouble: (code: string) => void;
  readonly reminder: (reminder: Reminder) => void;
  /** Returns the exit code: 0 only if every member who was due for a check was checked, with add-ons where wanted. */
  readonly end: (outcome: Outcome) => number;
}

/** Reports on a run: a bar and a table for people, or lines of JSON on stdout for programs. */
export const createReport = ({ json, dryRun }: { json: boolean; dryRun: boolean }): Report => {
  const reminders: Reminder[] = [];
  const isTerminal = process.stderr.isTTY;
  const troubles = new Set<string>();
  let saidAt = Date.now();
  return {
    say: (what) => void process.stderr.write(`${what}\n`),
    progress: (tally) => {
      if (isTerminal) process.stderr.write(`\r${bar(tally)}`);
      else if (Date.now() - saidAt > 10_000) {
        saidAt = Date.now();
        process.stderr.write(`${bar(tally)}\n`);
      }
    },
    trouble: (code) => {
      if (!troubles.has(code))
        process.stderr.write(`${isTerminal ? "\n" : ""}${hints.get(code) ?? code}; the run continues\n`);
      troubles.add(code);
    },
    reminder: (reminder) => {
      reminders.push(reminder);
      if (json) process.stdout.write(`${JSON.stringify({ type: "reminder", ...reminder })}\n`);
    },
    end: (outcome) => {
      if (isTerminal) process.stderr.write(`\r${bar(outcome)}\n`);
      const { members, checked, forbidden, modulesForbidden, upstreamCalls, published, deadLetters, errors } = outcome;
      if (json)
        process.stdout.write(`${JSON.stringify({ type: "summary", members, checked, upstreamCalls, published })}\n`);
      else {
        process.stdout.write(table(reminders));
        const verb = dryRun ? "due, none published" : "published";
        process.stdout.write(
          `${members} members, ${checked} checked with ${upstreamCalls} upstream calls: ${reminders.length} reminder(s) ${verb}\n`,
        );
      }
      const names = [...errors].map(([code, count]) => `${code} ${count}`).join(", ");
      if (deadLetters > 0) process.stderr.write(`${deadLetters} message(s) failed permanently (${names})\n`);
      if (forbidden > 0)
        process.stderr.write(`${forbidden} member(s) could not be read with this key (403): ask the studio\n`);
      if (modulesForbidden > 0)
        process.stderr.write(
          `add-ons of ${modulesForbidden} member(s) could not be read with this key (403): ask the studio\n`,
        );
      return deadLetters + forbidden + modulesForbidden > 0 ? 1 : 0;
    },
  };
};

const hints = new Map<string, string>([
  ["upstream-rejected-key", "the upstream rejected the key (PERFECTGYM_API_KEY)"],
  ["upstream-forbidden", "the key cannot list the studio's members: it needs the scope CUSTOMER_READ"],
  ["upstream-unavailable", "the upstream failed or cannot be reached (PERFECTGYM_BASE_URL)"],
  ["upstream-timed-out", "the upstream did not answer in time"],
  ["upstream-busy", "the upstream is busy (429 or 503)"],
] satisfies [ProblemCode, string][]);

const barWidth = 30;

const bar = ({ members, asked, checked, upstreamCalls }: Tally): string => {
  const filled = asked === 0 ? 0 : Math.min(Math.round((checked / asked) * barWidth), barWidth);
  return `[${"#".repeat(filled)}${"-".repeat(barWidth - filled)}] ${checked}/${asked} of ${members} members, ${upstreamCalls} upstream calls`;
};

const columns = ["contract", "add-on", "deadline", "days left", "step"] as const;

const table = (reminders: readonly Reminder[]): string => {
  const byUrgency = reminders.toSorted((a, b) => a.daysLeft - b.daysLeft || a.contractId.localeCompare(b.contractId));
  const rows = byUrgency.map((each) => [
    each.contractId,
    "additionalModuleContractId" in each ? (each.name ?? each.additionalModuleContractId) : "",
    each.lastPossibleCancelationDate,
    String(each.daysLeft),
    String(each.step),
  ]);
  return `${terminalTable([columns, ...rows])}\n`;
};
