import { type Item, number, numberIn, timeToLive } from "#lib/dynamodb.ts";
import { KeyReused } from "./errors.ts";
import type { WriteIdentity } from "./key.ts";
import type { InDoubt, Settled, StoredState } from "./states.ts";

/** How long the table keeps a write and its answer, in milliseconds. */
export const keptMs = 24 * 3_600_000;

/** How long an event may wait for its bus, in milliseconds. */
const longestWaitMs = 14 * 24 * 3_600_000;

/** The item of a write that runs, with the event to publish if its Lambda dies before it records an ending. */
export const runningItem = (
  { id, fingerprint }: WriteIdentity,
  { token, receivedAt, overAt, event, now }: Running,
): Item => ({
  id: { S: id },
  status: { S: "running" },
  claim: { S: token },
  fingerprint: { B: fingerprint },
  receivedAt: number(receivedAt),
  overAt: number(overAt),
  forgetAt: timeToLive(now + keptMs),
  ...waiting(event, { dueAt: overAt, now }),
});

interface Running {
  readonly token: string;
  readonly receivedAt: number;
  readonly overAt: number;
  readonly event: string;
  readonly now: number;
}

/** The item that binds a write's key to a studio. It outlives the write, whose item is put later and may be put again. */
export const studioItem = (identity: WriteIdentity, { studioId, now }: { studioId: string; now: number }): Item => ({
  id: { S: studioItemId(identity) },
  studio: { S: studioId },
  forgetAt: timeToLive(now + keptMs + boundLongerMs),
  expiresAt: timeToLive(now + keptMs + boundLongerMs),
});

export const studioItemId = ({ id }: WriteIdentity): string => `studio ${id}`;

/** In milliseconds: longer than a Lambda runs, and than two of their clocks differ. */
const boundLongerMs = 3_600_000;

/** What changes in an item once its write has ended or is in doubt. */
export const endedItem = (state: InDoubt | Settled, seal: WriteIdentity["seal"], answer: string | undefined): Item => ({
  status: { S: state.status },
  ...(state.status === "in-doubt" && { overAt: number(state.overAt) }),
  ...(answer !== undefined && { answer: { B: seal(answer) } }),
});

/** The state of an item's write. `now` in milliseconds since the epoch. @throws KeyReused if its payload is another */
export const stateIn = (item: Item, { fingerprint }: WriteIdentity, now: number): StoredState => {
  if (isForgotten(item, now)) return { status: "unsent" };
  if (!fingerprint.equals(item["fingerprint"]?.B ?? Buffer.alloc(0)))
    throw new KeyReused("the key was used with a different payload");
  const answer = item["answer"]?.B;
  const overAt = numberIn(item, "overAt");
  switch (item["status"]?.S) {
    case "running":
      return { status: "running", overAt };
    case "in-doubt":
      return { status: "in-doubt", overAt };
    case "settled":
      return { status: "settled", ...(answer && { answer }) };
    default:
      return stateIn010(item, now);
  }
};

/** Whether there is no item, or only one from more than 24 hours ago. DynamoDB may take days to delete one. */
export const isForgotten = (item: Item, now: number): boolean => numberIn(item, "forgetAt") * 1_000 <= now;

/** Version 0.1.0 wrote no status: its items are read until 24 hours after the upgrade. */
const stateIn010 = (item: Item, now: number): StoredState => {
  const answer = item["answer"]?.B;
  if (answer) return { status: "settled", answer };
  const leaseUntil = numberIn(item, "leaseUntil");
  if (leaseUntil > now) return { status: "running", overAt: leaseUntil };
  return { status: "in-doubt", overAt: numberIn(item, "doubtUntil") };
};

/** A condition that is true as long as nobody has changed the item. */
export const unchanged = (item: Item) => {
  const { claim, status } = item;
  return {
    ConditionExpression: `claim = :claim AND ${status ? "#status = :status" : "attribute_not_exists(#status) AND attribute_not_exists(answer)"}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ...(claim && { ":claim": claim }), ...(status && { ":status": status }) },
  };
};

/** The attributes of an event that is not published yet; the index `outbox` holds only items that have them. */
export const waiting = (event: string, wait: Wait): Item => ({ event: { S: event }, ...waitUntil(wait) });

interface Wait {
  /** `malformed`: the event cannot be published as it is. */
  readonly outbox?: "waiting" | "malformed";
  /** When it may be published at the earliest, and the time now, in milliseconds since the epoch. */
  readonly dueAt: number;
  readonly now: number;
}

const waitUntil = ({ outbox = "waiting", dueAt, now }: Wait): Item => ({
  outbox: { S: outbox },
  dueAt: number(dueAt),
  expiresAt: timeToLive(now + longestWaitMs),
});

/** The event of a write in an item of its own. If it is published twice, receivers recognise it by the event's id. */
export const eventItem = ({ id, claim, event }: Item, wait: Wait): Item => ({
  id: { S: `${eventPrefix}${claim?.S ?? id?.S}` },
  ...(claim && { claim }),
  ...(event && { event }),
  ...waitUntil(wait),
});

export const isEventItem = ({ id }: Item): boolean => id?.S?.startsWith(eventPrefix) ?? false;

const eventPrefix = "event ";
