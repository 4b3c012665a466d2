import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { checkMember } from "#lib/reminders/check-member.ts";
import { listMembers } from "#lib/reminders/list-members.ts";
import { startReminderRun } from "#lib/reminders/start-reminder-run.ts";
import { createEffects } from "./effects.ts";
import { type Invocation, invoke, type LambdaOptions } from "./invocation.ts";
import { createSimulatedQueue, type SimulatedQueue } from "./sqs.ts";
import { createOutstanding, type DayTally } from "./tally.ts";
import type { JobEffects, World } from "./world.ts";

/** The deployed timeouts and limits. simulate.test.ts compares them with the configuration. */
export const deployed = {
  timeoutMs: 60_000,
  visibilityMs: 360_000,
  listMembers: { batchSize: 1, maximumConcurrency: 2, maxReceiveCount: 30 },
  checkMember: { batchSize: 10, maximumConcurrency: 4, maxReceiveCount: 20 },
};

/** Lambda repeats an asynchronous invocation that failed, after these pauses. */
const startRetriesMs = [0, 60_000, 120_000];

type Consumer = "listMembers" | "checkMember";
type Handler = (
  effects: JobEffects,
) => (event: SQSEvent, context: { awsRequestId: string }) => Promise<SQSBatchResponse>;

/** The job's Lambdas and queues in a world. `start` begins a day's run. */
export const createJob = (world: World) => {
  const runs = new Map<string, DayTally>();
  const outstanding = createOutstanding((runId) => {
    const run = runs.get(runId);
    if (run !== undefined) run.finishedAt = world.clock.now();
  });
  const lambda = lambdaIn(world);
  const effectsIn = createEffects(world, () => queues);

  const queueOf = (name: Consumer, handler: Handler): SimulatedQueue =>
    createSimulatedQueue(name, {
      ...world,
      ...deployed,
      ...deployed[name],
      consume: (Records, awsRequestId) =>
        invoke((invocation) => handler(effectsIn(invocation))({ Records }, { awsRequestId }), lambda, awsRequestId),
      onSent: (body) => outstanding.add(runOf(body)),
      onReceived: () => {
        if (name === "checkMember") world.events.memberReceives += 1;
      },
      onGone: (body, fate) => {
        if (fate === "dead") world.tally().deadLetters += 1;
        outstanding.remove(runOf(body));
      },
    });
  const queues = {
    slices: queueOf("listMembers", listMembers),
    members: queueOf("checkMember", checkMember),
  };

  return {
    start: async (runId: string): Promise<void> => {
      runs.set(runId, world.tally());
      const once = (invocation: Invocation) => startReminderRun(effectsIn(invocation))({}, { awsRequestId: runId });
      for (const waitMs of startRetriesMs) {
        await world.clock.sleep(waitMs);
        const started = await invoke(once, lambda, runId).catch(() => undefined);
        if (started !== undefined) return;
      }
    },
  };
};

const lambdaIn = ({ clock, dice, events }: World): LambdaOptions => ({
  clock,
  dice,
  timeoutMs: deployed.timeoutMs,
  onCutOff: (why) => {
    if (why === "crash") events.crashes += 1;
    else events.timeouts += 1;
  },
  onEnd: (tookMs) => {
    events.invocations += 1;
    events.lambdaMs += tookMs;
  },
});

const runOf = (body: string): string => /"runId":"([^"]*)"/.exec(body)?.[1] ?? "";
