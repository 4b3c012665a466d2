import type { Context } from "aws-lambda";
import type { Log } from "#lib/observability/log.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { type SliceMessage, startEvent } from "./messages.ts";
import type { Queue } from "./queue.ts";
import { RemindersMisconfigured } from "./rules.ts";
import type { Runs } from "./runs.ts";

export interface StartEffects {
  readonly perfectgym: Pick<PerfectGym, "studioIds">;
  readonly runs: Pick<Runs, "begin">;
  readonly queues: { readonly slices: Queue<SliceMessage> };
  readonly log: Pick<Log, "job">;
  readonly now: () => number;
  readonly settings: {
    /** Whether a run that records may use another day than today. What it records holds until that day. */
    readonly mayPretend: boolean;
  };
}

/** A run must end before the next day's begins. */
const longestRunMs = 22 * 3_600_000;

/**
 * The Lambda that starts a run: it sends one message for each studio of the secret, and says of how many studios the last
 * run did not come to its end. The schedule's own event starts a normal run; `startEvent` says what a person may add.
 * @throws RemindersMisconfigured
 */
export const startReminderRun =
  ({ perfectgym, runs, queues, log, now, settings }: StartEffects) =>
  async (event: unknown, { awsRequestId: runId }: Pick<Context, "awsRequestId">) => {
    const { today, dryRun } = startEvent.parse(event);
    if (today !== undefined && !dryRun && !settings.mayPretend)
      throw new RemindersMisconfigured("today is allowed only in a dry run: set dryRun to true");
    const run = { today, dryRun, runId, endsAt: now() + longestRunMs };
    const studioIds = await perfectgym.studioIds();
    // Before the messages: a short run may end before this function does, and an end before its beginning would not count.
    const overdue = dryRun ? [] : await Promise.all(studioIds.map(runs.begin));
    await queues.slices.send(studioIds.map((studioId) => ({ ...run, studioId })));
    const unfinished = overdue.filter((isOverdue) => isOverdue).length;
    log.job({ operation: "startReminderRun", requestId: runId, studios: studioIds.length, unfinished });
    return { runId, studios: studioIds.length };
  };
