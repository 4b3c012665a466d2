import type { Dice } from "#infra/sandbox/members/dice.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { getCustomers } from "#lib/operations/customers.ts";
import type { PerfectGym, UpstreamCall } from "#lib/perfectgym/client.ts";
import { UpstreamBusy, UpstreamError } from "#lib/perfectgym/errors.ts";
import type { Clock } from "./clock.ts";
import type { Invocation } from "./invocation.ts";
import type { Membership } from "./membership.ts";
import { latencies, odds, timedOutMs } from "./odds.ts";
import { createSharedEndpoint, createSlidingMinute } from "./rate.ts";
import type { DayTally, Events } from "./tally.ts";
import type { createWeather } from "./weather.ts";

/** The upstream's limit for each key and endpoint, in calls per minute. */
const callsPerMinute = 1_000;
/** In seconds. The client's Retry-After for a 503 without one. */
const overloadedSeconds = 5;
const defaultSlice = 500;

export interface UpstreamOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly membership: Membership;
  /** How many members have joined by now. */
  readonly joined: () => number;
  readonly weather: ReturnType<typeof createWeather>;
  readonly apps: (at: number) => number;
  readonly events: Events;
  readonly today: () => DayTally;
  readonly onAnswer: (customerId: string) => void;
}

/** One studio's upstream behind the client: answers as text, failures as the client's errors. */
export const createUpstream = (options: UpstreamOptions) => {
  const { clock, dice, events } = options;
  const contracts = endpoint(options.apps);
  const customers = endpoint(() => 0);

  const send = (at: Endpoint, id: string): void => {
    const now = clock.now();
    const { calls } = options.today();
    at.minute.count(now);
    calls.set(id, (calls.get(id) ?? 0) + 1);
    // A caller at the same instant could not know of it.
    if (now > at.toldAt + 1_000 && now < at.pausedUntil) events.sentIntoPause += 1;
  };

  const busy = (at: Endpoint, seconds: number, upstreamStatus: 429 | 503): UpstreamBusy => {
    at.toldAt = clock.now() < at.pausedUntil ? at.toldAt : clock.now();
    at.pausedUntil = Math.max(at.pausedUntil, clock.now() + seconds * 1000);
    return new UpstreamBusy(seconds, { attempts: 1, upstreamStatus });
  };

  const answer = (at: Endpoint, { params, query }: UpstreamCall): string => {
    const seconds = at.shared.call(clock.now());
    const weather = options.weather(clock.now());
    if (seconds !== undefined) {
      events.throttled += 1;
      throw busy(at, seconds, 429);
    }
    if (weather === "overloaded" && !dice.onceIn(5)) {
      events.overloaded += 1;
      throw busy(at, overloadedSeconds, 503);
    }
    if (weather === "down" || dice.onceIn(odds.upstreamFailure)) {
      events.failures += 1;
      throw new UpstreamError("upstream-unavailable", "the upstream call failed", { attempts: 1 });
    }
    if (at === customers) return sliceOf(options, query);
    const { customerId = "" } = params;
    options.onAnswer(customerId);
    return options.membership.tell(customerId);
  };

  const callIn =
    ({ reach }: Invocation): PerfectGym["call"] =>
    async ({ id }, call) => {
      const at = { [getContractData.id]: contracts, [getCustomers.id]: customers }[id];
      if (at === undefined) throw new TypeError(`the job may not call ${id}`);
      send(at, id);
      if (dice.onceIn(odds.upstreamTimeout)) await reach(timedOutMs, () => timeOut(events));
      const [least, more] = latencies.upstream;
      const text = await reach(least + dice.below(more), () => answer(at, call));
      return { status: 200, text, json: JSON.parse(text), drift: [], attempts: 1 };
    };

  return { callIn, contracts, customers };
};

type Endpoint = ReturnType<typeof endpoint>;

const endpoint = (apps: (at: number) => number) => ({
  minute: createSlidingMinute(),
  shared: createSharedEndpoint(callsPerMinute, apps),
  toldAt: 0,
  pausedUntil: 0,
});

const timeOut = (events: Events): never => {
  events.failures += 1;
  throw new UpstreamError("upstream-timed-out", "the upstream call failed", { attempts: 1 });
};

const sliceOf = ({ membership, joined }: UpstreamOptions, query: UpstreamCall["query"] = {}): string => {
  const from = Number(query["offset"] ?? 0);
  const to = Math.min(from + Number(query["sliceSize"] ?? defaultSlice), joined());
  const result = membership.ids.slice(from, to).map((id) => ({ id: Number(id), status: "MEMBER" }));
  return JSON.stringify({ result, offset: String(to), hasNext: to < joined() });
};
