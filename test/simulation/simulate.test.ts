import { expect, test } from "vitest";
import { loadService, queuesOf } from "#infra/local/service.ts";
import { addDays } from "#lib/reminders/calendar.ts";
import { deployed } from "./job.ts";
import { summaryOf, tableOf } from "./report.ts";
import { faultsOf, simulate } from "./simulation.ts";
import type { JobEffects, SimulationOptions } from "./world.ts";

const small = { members: 1_500, days: 10 } as const;
const tiny = { members: 400, days: 9 } as const;

test("the job keeps its promises although services fail", async () => {
  const outcome = await simulate({ ...small, seed: 1 });
  expect(faultsOf(outcome)).toEqual([]);
  const { events, days } = outcome;
  const met = [events.throttled + events.overloaded, events.failures, events.lostAnswers, events.askedTwice];
  expect(met.map((times) => times > 0)).toEqual([true, true, true, true]);
  expect(days.map(({ published }) => published > 0)).toEqual(days.map(() => true));
});

test("each studio has its own pace", async () => {
  const outcome = await simulate({ members: 800, days: 8, studios: 4, seed: 4 });
  expect(faultsOf(outcome)).toEqual([]);
});

test("the same seed gives the same report, and another seed another one", async () => {
  const told = async (seed: number) => {
    const outcome = await simulate({ ...tiny, seed });
    return tableOf(outcome) + summaryOf(outcome);
  };
  const story = await told(5);
  expect(await told(5)).toBe(story);
  expect(await told(6)).not.toBe(story);
});

/** Ways to break the job, each with the fault that the simulation must report. */
const sabotages: readonly (readonly [string, RegExp, Partial<SimulationOptions>])[] = [
  [
    "a pace that grants all calls at once",
    /calls of getContractData in 60 s/,
    sabotage(({ pace }) => ({
      pace: { ...pace, reserve: async (_, __, granted) => ({ granted, startInMs: 0, intervalMs: 0 }) },
    })),
  ],
  [
    "a ledger that forgets",
    /^duplicates: /,
    sabotage(({ ledger }) => ({
      ledger: { ...ledger, claim: (id) => ledger.claim(id).then(() => "claimed") },
    })),
  ],
  [
    "a ledger in which everything is published",
    /^missed: /,
    sabotage(({ ledger }) => ({
      ledger: { ...ledger, claim: async () => "published" },
    })),
  ],
  [
    "members who are checked too rarely",
    /^missedSteps: /,
    sabotage(({ members }) => ({
      members: {
        ...members,
        recordCheck: (studioId, id, check) =>
          members.recordCheck(studioId, id, { ...check, nextCheck: addDays(check.nextCheck, 20) }),
      },
    })),
  ],
  [
    "a job that does not see cancelations",
    /^wrong: /,
    sabotage(({ perfectgym }) => ({
      perfectgym: {
        ...perfectgym,
        call: async (...args) => {
          const result = await perfectgym.call(...args);
          return { ...result, json: JSON.parse(result.text.replaceAll("cancelationStatus", "hidden")) };
        },
      },
    })),
  ],
  [
    "a pace that never grants a call",
    /not through/,
    sabotage(({ pace }) => ({
      pace: { ...pace, reserve: async () => ({ granted: 0, startInMs: 900_000, intervalMs: 200 }) },
    })),
  ],
];

test.each(sabotages)("the simulation reports %s", async (_, fault, options) => {
  const outcome = await simulate({ ...tiny, seed: 7, ...options });
  expect(faultsOf(outcome)).toContainEqual(expect.stringMatching(fault));
});

test("the simulation has the timeouts and limits that are deployed", async () => {
  const { service } = await loadService({});
  const queues = queuesOf(service);
  for (const name of ["listMembers", "checkMember"] as const) {
    const { timeout = 0, events = [] } = service.functions[name] ?? {};
    const [{ arn, ...trigger } = expect.fail(`no queue starts ${name}`)] = events.flatMap((event) =>
      "sqs" in event ? [event.sqs] : [],
    );
    const queue = queues[arn["Fn::GetAtt"][0]];
    const limits = { ...trigger, maxReceiveCount: queue?.RedrivePolicy?.maxReceiveCount };
    expect({ timeout, visibility: queue?.VisibilityTimeout, limits }).toEqual({
      timeout: deployed.timeoutMs / 1_000,
      visibility: deployed.visibilityMs / 1_000,
      limits: deployed[name],
    });
  }
});

function sabotage(change: (effects: JobEffects) => Partial<JobEffects>): Partial<SimulationOptions> {
  return { sabotage: (effects) => ({ ...effects, ...change(effects) }) };
}
