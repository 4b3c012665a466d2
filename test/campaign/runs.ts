import { check, type Violation } from "./check.ts";
import type { History } from "./history.ts";
import { startLane } from "./lane.ts";
import { membersFor } from "./members.ts";
import { startDrain } from "./outbox.ts";
import { planRun } from "./plan.ts";
import { carryOut, type Ran } from "./run.ts";
import { startWorld, type World } from "./world.ts";

export interface Numbered {
  readonly seed: number;
  readonly run: number;
}

export interface CampaignOptions {
  /** The runs, by seed and number. Each number appears once, because it decides which members a run uses. */
  readonly series: readonly Numbered[];
  /** How many runs are carried out at the same time. */
  readonly lanes: number;
  readonly onRun?: (done: number) => void;
}

export interface Outcome {
  readonly history: History;
  readonly violations: readonly Violation[];
}

/** Carries out these runs, and checks each after all waiting events are published. */
export const runCampaign = async ({ series, lanes, onRun }: CampaignOptions): Promise<readonly Outcome[]> => {
  const world = await startWorld(membersFor(Math.max(...series.map(({ run }) => run)) + 1));
  const drain = await startDrain(world, series[0]?.seed ?? 0);
  const left = [...series];
  const ran: Ran[] = [];
  const work = async (_: unknown, place: number) => {
    const lane = await startLane(world, `lane-${place}`);
    for (let next = left.shift(); next; next = left.shift()) {
      ran.push(await carryOut(world, lane, planRun(next.seed, next.run)));
      onRun?.(ran.length);
    }
    await lane.close();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, series.length) }, work));
  await drain.finish();
  await drain.close();
  await world.close();
  return ran.map((each) => {
    const history = { ...each, events: eventsOf(world, each) };
    return { history, violations: check(history) };
  });
};

const eventsOf = ({ eventBridge }: World, { attempts }: Ran): History["events"] => {
  const ids = new Set(attempts.map(({ id }) => id));
  return eventBridge.events
    .map(({ type, detail }) => ({ type, attempt: String(detail["requestId"]), outcome: String(detail["outcome"]) }))
    .filter(({ attempt }) => ids.has(attempt));
};
