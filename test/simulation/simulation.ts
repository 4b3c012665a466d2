import { policies } from "#lib/reminders/policies.ts";
import { createJob } from "./job.ts";
import type { Verdict } from "./judge.ts";
import { createDayTally, type DayTally, type Events } from "./tally.ts";
import type { Wall } from "./wall.ts";
import { createWorld, type SimulationOptions } from "./world.ts";

export interface Outcome {
  readonly options: SimulationOptions;
  readonly wall: Wall;
  readonly days: readonly DayTally[];
  readonly verdict: Verdict;
  readonly events: Events;
  /** The most calls in any 60 seconds at one studio, by operation. */
  readonly mostCallsAMinute: Readonly<Record<"getContractData" | "getCustomers", number>>;
  /** The number of the apps' calls. */
  readonly appsRefused: number;
  readonly appsRefusedForTheJob: number;
  /** Days whose run had not ended when the next one began. */
  readonly unfinished: number;
}

export const usual = {
  members: 100_000,
  studios: 1,
  days: 30,
  seed: 1,
  ratePerMinute: 300,
  policy: policies.default,
  recheckDays: 7,
  startHour: 6,
} as const satisfies SimulationOptions;

/** Runs the job's days in virtual time. The same options give the same outcome. */
export const simulate = async (changed: Partial<SimulationOptions> = {}): Promise<Outcome> => {
  const options: SimulationOptions = { ...usual, ...changed };
  const world = createWorld(options);
  const { clock, timetable, tallies, upstreams, wall, events } = world;
  const job = createJob(world);
  for (const [day, start] of timetable.starts.entries()) {
    await clock.playUntil(start);
    tallies.push(createDayTally(start));
    void job.start(`run-${day}`);
  }
  await clock.playUntil(timetable.to);
  const each = [...upstreams.values()];
  const sum = (name: "appsRefused" | "appsRefusedForTheJob") =>
    each.reduce((total, { contracts }) => total + contracts.shared.facts[name], 0);
  return {
    options,
    wall,
    days: tallies,
    verdict: world.judge.verdict(),
    events,
    mostCallsAMinute: {
      getContractData: Math.max(...each.map(({ contracts }) => contracts.minute.most())),
      getCustomers: Math.max(...each.map(({ customers }) => customers.minute.most())),
    },
    appsRefused: sum("appsRefused"),
    appsRefusedForTheJob: sum("appsRefusedForTheJob"),
    unfinished: tallies.filter(({ finishedAt = Number.POSITIVE_INFINITY }, day) => {
      return finishedAt > (timetable.starts[day + 1] ?? timetable.to);
    }).length,
  };
};

/** The broken promises of the job, in words. Empty if it kept all. */
export const faultsOf = ({ options, verdict, mostCallsAMinute, unfinished }: Outcome): readonly string[] => {
  const { ratePerMinute } = options;
  const overRate = Object.entries(mostCallsAMinute).filter(([, most]) => most > ratePerMinute);
  return [
    ...overRate.map(([operation, most]) => `${most} calls of ${operation} in 60 s, ${ratePerMinute} allowed`),
    ...(["duplicates", "wrong", "missed", "missedSteps"] as const).flatMap((name) =>
      verdict[name] > 0 ? [`${name}: ${verdict[name]}`] : [],
    ),
    ...(unfinished > 0 ? [`${unfinished} run(s) not through when the next one began`] : []),
  ];
};
