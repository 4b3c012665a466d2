import type { Queue } from "#lib/reminders/queue.ts";
import { busIn, type Publication } from "./bus.ts";
import type { Invocation } from "./invocation.ts";
import { latencies, odds } from "./odds.ts";
import type { SimulatedQueue } from "./sqs.ts";
import { storeIn } from "./store.ts";
import { type JobEffects, timeZone, type World } from "./world.ts";

/** Some messages of a request were not sent, or the answer to it was lost. */
class QueueFault extends Error {
  override readonly name = "QueueFault";
}

const senderIn =
  <Message>({ dice, events }: World, { reach }: Invocation) =>
  (queue: SimulatedQueue): Queue<Message> => ({
    send: (messages, delaySeconds = 0) => {
      const [least, more] = latencies.queue;
      const requests = Math.ceil(messages.length / 10);
      events.queueRequests += requests;
      const bodies = messages.map((message) => JSON.stringify(message));
      return reach((least + dice.below(more)) * requests, () => {
        const isFault = requests > 0 && dice.onceIn(odds.queueFault);
        queue.send(isFault ? bodies.slice(0, dice.below(bodies.length + 1)) : bodies, delaySeconds);
        if (isFault) throw new QueueFault();
      });
    },
  });

const upstreamIn = ({ upstreams }: World, invocation: Invocation): JobEffects["perfectgym"] => ({
  call: async (operation, call) => {
    const upstream = upstreams.get(call.studioId);
    if (upstream === undefined) throw new RangeError(`no studio ${call.studioId}`);
    return upstream.callIn(invocation)(operation, call);
  },
  settings: async () => ({
    baseUrl: "https://upstream.example",
    upstreamStudioId: undefined,
    defaultCancelationReasonId: undefined,
    timeZone: undefined,
    reminderPolicy: undefined,
  }),
  studioIds: async () => [...upstreams.keys()],
});

const busOf = (world: World) => ({
  ...world,
  onAnswerLost: () => {
    world.events.lostAnswers += 1;
  },
  onPublished: (publication: Publication) => {
    world.tally().published += 1;
    world.judge.onPublished(publication);
  },
});

/** The side effects of the job's code, for one invocation of a Lambda. */
export const createEffects =
  (world: World, queues: () => Readonly<Record<"slices" | "members", SimulatedQueue>>) =>
  (invocation: Invocation): JobEffects => {
    const { clock, judge, tally } = world;
    const { policy, ratePerMinute, recheckDays, sabotage = (effects: JobEffects) => effects } = world.options;
    return sabotage({
      perfectgym: upstreamIn(world, invocation),
      ...storeIn({ ...world, ratePerMinute, onNote: judge.onNote }, invocation),
      queues: {
        slices: senderIn(world, invocation)(queues().slices),
        members: senderIn(world, invocation)(queues().members),
      },
      publish: busIn(busOf(world), invocation),
      now: clock.now,
      sleep: invocation.sleep,
      settings: { policy: policy.name, timeZone, recheckDays, modules: false, mayPretend: false },
      log: {
        job: ({ asked = 0 }) => {
          tally().asked += asked;
        },
      },
    });
  };
