import { createDice } from "#infra/sandbox/members/dice.ts";
import type { checkMember } from "#lib/reminders/check-member.ts";
import type { listMembers } from "#lib/reminders/list-members.ts";
import type { Members } from "#lib/reminders/members.ts";
import type { Policy } from "#lib/reminders/policies.ts";
import type { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { createApps, rushesAfter } from "./apps.ts";
import { planChanges } from "./changes.ts";
import { createClock } from "./clock.ts";
import { createJudge } from "./judge.ts";
import { createMembership, type Membership } from "./membership.ts";
import { createStore } from "./store.ts";
import { createDayTally, createEvents, type DayTally } from "./tally.ts";
import { createRoster, createTimetable } from "./timetable.ts";
import { createUpstream } from "./upstream.ts";
import { createWall } from "./wall.ts";
import { createWeather } from "./weather.ts";

/** All side effects of the job's Lambdas. */
export type JobEffects = Parameters<typeof startReminderRun>[0] &
  Parameters<typeof listMembers>[0] &
  Parameters<typeof checkMember>[0] & { readonly members: Members };

export interface SimulationOptions {
  /** The members of all studios together. */
  readonly members: number;
  readonly studios: number;
  readonly days: number;
  readonly seed: number;
  readonly ratePerMinute: number;
  readonly policy: Policy;
  readonly recheckDays: number;
  /** The hour of the day at which the run starts. */
  readonly startHour: number;
  /** Breaks the job on purpose. */
  readonly sabotage?: (effects: JobEffects) => JobEffects;
}

export const timeZone = "Europe/Berlin";

/** Everything around the job: the clock, members, their upstream, the job's tables, and its judge. */
export const createWorld = (options: SimulationOptions) => {
  const ground = createGround(options);
  const { wall, timetable, roster, memberships } = ground;
  const { recheckDays, policy } = options;
  const { firstDay, lastDay } = timetable;
  const judge = createJudge({
    wall,
    memberships,
    joinedAt: roster.joinedAt,
    firstDay,
    lastDay,
    leadDays: policy.leadDays,
    recheckDays,
  });
  for (const [studioId, membership] of memberships)
    planChanges(timetable, {
      ...ground,
      membership,
      onChange: (change) => judge.onChange(studioId, change),
    });
  const upstreams = new Map([...memberships].map(([id, membership]) => [id, upstreamOf(membership, ground)]));
  return { ...ground, judge, upstreams, store: createStore() };
};

export type World = ReturnType<typeof createWorld>;

const createGround = (options: SimulationOptions) => {
  const wall = createWall(timeZone);
  const timetable = createTimetable(options, wall);
  const clock = createClock(timetable.from);
  const roster = createRoster(Math.floor(options.members / options.studios), timetable);
  const tallies: DayTally[] = [];
  const today = () => wall.dayAt(clock.now());
  const memberships = new Map(
    Array.from({ length: options.studios }, (_, place) => [
      `studio-${place + 1}`,
      createMembership({ seed: options.seed + place, members: roster.total, today }),
    ]),
  );
  return {
    options,
    wall,
    timetable,
    clock,
    roster,
    memberships,
    dice: createDice(options.seed, 0),
    events: createEvents(),
    tallies,
    /** The counts of the current day. */
    tally: (): DayTally => tallies.at(-1) ?? createDayTally(timetable.from),
  };
};

const upstreamOf = (membership: Membership, ground: ReturnType<typeof createGround>) => {
  const { options, wall, timetable, clock, roster, dice, events, tally } = ground;
  const rushes = rushesAfter(timetable.starts);
  const asked = new Map<string, DayTally>();
  return createUpstream({
    clock,
    dice,
    membership,
    joined: () => roster.countAt(clock.now()),
    weather: createWeather(timetable.starts, dice),
    apps: createApps({ seed: options.seed, wall }, (minute) => rushes.has(minute)),
    events,
    today: tally,
    onAnswer: (customerId) => {
      if (asked.get(customerId) === tally()) events.askedTwice += 1;
      asked.set(customerId, tally());
    },
  });
};
