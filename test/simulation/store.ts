import type { Dice } from "#infra/sandbox/members/dice.ts";
import type { Day } from "#lib/reminders/calendar.ts";
import { type Ledger, leaseMs } from "#lib/reminders/ledger.ts";
import type { Members } from "#lib/reminders/members.ts";
import type { SliceMessage } from "#lib/reminders/messages.ts";
import { type Rhythm, slowDown, takeSlots } from "#lib/reminders/pace.ts";
import type { Runs } from "#lib/reminders/runs.ts";
import type { Pace } from "#lib/reminders/shared-pace.ts";
import type { Slices } from "#lib/reminders/slices.ts";
import type { Clock } from "./clock.ts";
import type { Invocation } from "./invocation.ts";
import { latencies, odds } from "./odds.ts";
import type { Events } from "./tally.ts";

/** The contents of the reminders' table. */
export const createStore = () => ({
  nextChecks: new Map<string, Day>(),
  slices: new Set<string>(),
  reminders: new Map<string, { leaseUntil: number; isPublished: boolean }>(),
  rhythms: new Map<string, Rhythm>(),
});

export interface StoreOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly store: ReturnType<typeof createStore>;
  readonly ratePerMinute: number;
  readonly events: Pick<Events, "itemsRead" | "itemsWritten">;
  readonly onNote: (reminderId: string, note: "noted" | "lost") => void;
}

/** A request to the table did not succeed, or its answer was lost. */
class TableFault extends Error {
  override readonly name = "TableFault";
}

/** The table for one invocation. */
export const storeIn = ({ clock, dice, store, ratePerMinute, events, onNote }: StoreOptions, { reach }: Invocation) => {
  const reading = <Result>(act: () => Result, items = 1): Promise<Result> => {
    events.itemsRead += items;
    return request(act);
  };
  const writing = <Result>(act: () => Result, onLost?: () => void): Promise<Result> => {
    events.itemsWritten += 1;
    return request(act, onLost);
  };
  const request = <Result>(act: () => Result, onLost = () => {}): Promise<Result> => {
    const [least, more] = dice.onceIn(100) ? latencies.slowTable : latencies.table;
    return reach(least + dice.below(more), () => {
      if (!dice.onceIn(odds.tableFault)) return act();
      if (dice.onceIn(2)) act();
      else onLost();
      throw new TableFault();
    });
  };
  const keyOf = (...parts: readonly (string | undefined)[]): string => parts.join(" ");
  const sliceKey = ({ runId, studioId, offset }: SliceMessage) => keyOf(runId, studioId, offset);

  const members: Members = {
    nextChecks: (studioId, ids) =>
      reading(() => {
        const known = ids.map((id) => [id, store.nextChecks.get(keyOf(studioId, id))] as const);
        return new Map(known.flatMap(([id, day]) => (day === undefined ? [] : [[id, day] as const])));
      }, ids.length),
    recordCheck: (studioId, id, { nextCheck }) =>
      writing(() => void store.nextChecks.set(keyOf(studioId, id), nextCheck)),
    knownModules: () => reading(() => ({ modules: [] })),
    makeDue: (studioId, id) => writing(() => void store.nextChecks.delete(keyOf(studioId, id))),
  };

  const runs: Runs = {
    begin: () => writing(() => false),
    end: () => writing(() => {}),
  };

  const slices: Slices = {
    isDone: (message) => reading(() => store.slices.has(sliceKey(message))),
    done: (message) => writing(() => void store.slices.add(sliceKey(message))),
  };

  const claim = (id: string): Awaited<ReturnType<Ledger["claim"]>> => {
    const known = store.reminders.get(id);
    if (known?.isPublished) return "published";
    if (known !== undefined && known.leaseUntil > clock.now()) return "running";
    store.reminders.set(id, { leaseUntil: clock.now() + leaseMs, isPublished: false });
    return "claimed";
  };
  const ledger: Ledger = {
    claim: (id) => writing(() => claim(id)),
    published: (id) =>
      writing(
        () => {
          store.reminders.set(id, { leaseUntil: 0, isPublished: true });
          onNote(id, "noted");
        },
        () => onNote(id, "lost"),
      ),
    giveUp: (id) => writing(() => void store.reminders.set(id, { leaseUntil: 0, isPublished: false })),
  };

  /** Reads, computes and writes in one step. The caller gets the result after that. */
  const change = async <Result>(
    key: string,
    next: (known: Rhythm | undefined) => { readonly result: Result; readonly rhythm: Rhythm },
  ): Promise<Result> => {
    const result = await reading(() => {
      const changed = next(store.rhythms.get(key));
      store.rhythms.set(key, changed.rhythm);
      return changed.result;
    });
    return writing(() => result);
  };
  const pace: Pace = {
    reserve: (studioId, endpoint, count) =>
      change(keyOf(studioId, endpoint), (known) => {
        const { slots, rhythm } = takeSlots(known, { count, ratePerMinute, now: clock.now() });
        return { result: slots, rhythm };
      }),
    yieldTo: (studioId, endpoint, { retryAfterSeconds: seconds, facts }) =>
      change(keyOf(studioId, endpoint), (known) => ({
        result: undefined,
        rhythm: slowDown(known, { seconds, isAtLimit: facts.upstreamStatus === 429, now: clock.now() }),
      })),
    pausedFor: (studioId, endpoint) =>
      reading(() => Math.max((store.rhythms.get(keyOf(studioId, endpoint))?.pausedUntil ?? 0) - clock.now(), 0)),
  };
  return { members, slices, runs, ledger, pace };
};
