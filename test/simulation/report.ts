import { faultsOf, type Outcome } from "./simulation.ts";
import type { DayTally } from "./tally.ts";

const count = (value: number): string => Math.round(value).toLocaleString("en-US");

const callsOf = ({ calls }: DayTally): number => [...calls.values()].reduce((sum, each) => sum + each, 0);

const durationOf = ({ startedAt, finishedAt }: DayTally): number => (finishedAt ?? Number.NaN) - startedAt;

const spanOf = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  return Number.isNaN(ms) ? "-" : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
};

const columns = ["day", "calls", "worth asking", "reminders", "dead letters", "finished", "took"] as const;

/** A line for each day. */
export const tableOf = ({ days, wall }: Outcome): string => {
  const rows = days.map((day) => [
    wall.dayAt(day.startedAt),
    count(callsOf(day)),
    count(day.asked),
    count(day.published),
    count(day.deadLetters),
    day.finishedAt === undefined ? "never" : wall.timeAt(day.finishedAt),
    spanOf(durationOf(day)),
  ]);
  const widths = columns.map((name, place) => Math.max(name.length, ...rows.map((row) => row[place]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, place) => cell.padStart(widths[place] ?? 0)).join("  ");
  return [columns, ...rows].map((row) => `${line(row)}\n`).join("");
};

/** The median of the days after the first recheck. From then on, all days are similar. */
const steadyCalls = ({ days, options }: Outcome): number => {
  const sorted = days
    .slice(options.recheckDays + 1)
    .map(callsOf)
    .toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const comparison = (outcome: Outcome): string => {
  const { days, options } = outcome;
  const all = days.reduce((sum, day) => sum + callsOf(day), 0);
  const [first] = days;
  const mean = all / days.length;
  const steady = steadyCalls(outcome);
  const usualDay = Number.isNaN(steady) ? "" : `, ${count(steady)} on a usual one`;
  return `Upstream calls: ${count(mean)} a day (${count(first ? callsOf(first) : 0)} on the first${usualDay}); asking each of ${count(options.members)} members daily takes ${count(options.members)}, so this is ${Math.round((mean / options.members) * 100)} % of it.`;
};

const reminders = ({ verdict, days }: Outcome): readonly string[] => {
  const published = days.reduce((sum, day) => sum + day.published, 0);
  return [
    `Reminders: ${count(published)}. Duplicates: ${verdict.duplicates}; after a crash or a lost answer, with the same id: ${verdict.duplicatesAfterFault}.`,
    `Missed: ${verdict.missed} deadlines, ${verdict.missedSteps} steps. A day or more late: ${verdict.late}. Wrong (too late, canceled, another deadline): ${verdict.wrong}.`,
  ];
};

const upstream = ({ mostCallsAMinute, options, events, ...apps }: Outcome): readonly string[] => [
  `Most calls in any 60 s: ${mostCallsAMinute.getContractData} of getContractData, ${mostCallsAMinute.getCustomers} of getCustomers; ${options.ratePerMinute} allowed.`,
  `The job met 429 ${count(events.throttled)} times, 503 ${count(events.overloaded)} times, other failures ${count(events.failures)} times; ${count(events.sentIntoPause)} calls were on their way although it had been asked to wait.`,
  `The apps met 429 ${count(apps.appsRefused)} times, ${count(apps.appsRefusedForTheJob)} of them because of the job.`,
];

const machinery = ({ events, days, wall }: Outcome): readonly string[] => {
  const longest = days.reduce((a, b) => (durationOf(b) > durationOf(a) ? b : a));
  const deadLetters = days.reduce((sum, day) => sum + day.deadLetters, 0);
  const perMember =
    events.memberReceives /
    Math.max(
      days.reduce((sum, day) => sum + day.asked, 0),
      1,
    );
  return [
    `Latest finish: ${spanOf(durationOf(longest))} h after the start, at ${wall.timeAt(longest.finishedAt ?? longest.startedAt)} on ${wall.dayAt(longest.startedAt)}.`,
    `Met besides: ${events.crashes} crashes, ${events.timeouts} timeouts of Lambdas, ${events.lostAnswers} lost answers of the bus, ${deadLetters} dead letters, ${count(events.askedTwice)} members asked twice a day; ${perMember.toFixed(1)} deliveries a member worth asking.`,
  ];
};

const costs = ({ events, days }: Outcome): string => {
  const asked = Math.max(
    days.reduce((sum, day) => sum + day.asked, 0),
    1,
  );
  const each = (value: number) => (value / asked).toFixed(2);
  return `For each member worth asking: ${each(events.invocations)} invocations, ${each(events.lambdaMs / 1000)} s of Lambda, ${each(events.itemsRead)} items read, ${each(events.itemsWritten)} written, ${each(events.queueRequests)} requests to queues.`;
};

/** The summary of the whole simulation. */
export const summaryOf = (outcome: Outcome): string => {
  const faults = faultsOf(outcome);
  const lines = [
    comparison(outcome),
    ...reminders(outcome),
    ...upstream(outcome),
    ...machinery(outcome),
    costs(outcome),
    faults.length === 0
      ? "Nothing was missed, wrong, sent twice without a reason, over the rate or left for the next day."
      : `BROKEN: ${faults.join("; ")}.`,
  ];
  return `${lines.join("\n")}\n`;
};
