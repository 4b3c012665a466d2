import type { WriteEvent } from "#lib/events/events.ts";
import { EventsUnpublished } from "#lib/events/publisher.ts";
import { pipeline } from "#lib/http/serve.ts";
import type { HttpAnswer, LiveWrites } from "#lib/http/serving.ts";
import { describeErrors } from "#lib/observability/log.ts";
import { writeJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { OutcomeUnknown } from "#lib/perfectgym/errors.ts";
import { problemAnswer } from "#lib/problems/problem.ts";
import { LedgerUnavailable } from "./errors.ts";
import { identify } from "./key.ts";
import type { WriteEnd } from "./writer.ts";
import { type ClaimedWrite, completed, eventOf, keep, kept, scopeOf, withReceipt } from "./writes.ts";

/** How long an answer waits for its event to be published: what takes longer is left to the outbox. */
const longestPublishMs = 35;

/**
 * A Lambda that serves a write: written down first, sent at most once, its outcome made certain where that can be, its
 * event published, its answer kept for whoever repeats the request with the same Idempotency-Key.
 */
export const serveWrite = (operation: Operation, live: LiveWrites) =>
  pipeline(operation, live, async (admitted) => {
    const { record, input, principal, startedAt, endsAt } = admitted;
    const scope = scopeOf(operation, admitted);
    const pepper = await live.pepper();
    const identity = identify({ scope, payload: writeJson(input.body ?? null), key: input.idempotencyKey, pepper });
    const claimed = await live.ledger.claim(identity, {
      receivedAt: startedAt,
      remainingMs: endsAt - live.now(),
      eventInDoubt: (receivedAt) =>
        JSON.stringify(eventOf(operation, admitted, { writeId: identity.id, receivedAt, outcome: "unknown" })),
    });
    if (claimed.kind === "replay") {
      record.note({ idempotency: "replayed" });
      return kept(claimed.answer);
    }
    const { claim } = claimed;
    if (claim.inDoubtUntil !== undefined) record.note({ idempotency: "taken-over" });
    const write = { ...admitted, operation, claim };
    const settings = () => live.perfectgym.settings(principal.studioId);
    const body = await completed(operation, input.body, settings).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ("error" in body) return giveUp(write, body.error, live);
    admitted.beginWrite();
    const complete = { ...write, input: { ...input, body: body.value } };
    return conclude(complete, await carryOut(complete, live), live);
  });

/** What an earlier try may have carried out is neither forgotten nor denied. @throws the error of what was never begun */
const giveUp = async (write: ClaimedWrite, cause: unknown, live: LiveWrites): Promise<HttpAnswer> => {
  if (write.claim.inDoubtUntil === undefined) {
    await written(write, live.ledger.release(write.claim));
    throw cause;
  }
  const error = new OutcomeUnknown({ attempts: 0 }, { retryAfterSeconds: 5, cause });
  return conclude(write, { kind: "in-doubt", error }, live);
};

const carryOut = async (write: ClaimedWrite, live: LiveWrites): Promise<WriteEnd> => {
  const { operation, input, principal, claim, record, deadline } = write;
  const calledAt = live.now();
  try {
    const { inDoubtUntil, isDoubtOver, identity } = claim;
    const doubtEndsAt = identity.isRepeatable ? claim.overAt : undefined;
    const doubts = { inDoubtUntil, isDoubtOver, doubtEndsAt };
    const call = { ...input, ...doubts, studioId: principal.studioId, budgetMs: deadline - calledAt };
    return await live.writer.carryOut(operation, call);
  } finally {
    record.note({ upstreamMs: live.now() - calledAt });
  }
};

/** @throws the error of a write that was not accepted, once that is written down */
const conclude = async (write: ClaimedWrite, end: WriteEnd, live: LiveWrites): Promise<HttpAnswer> => {
  const { record, claim, operation } = write;
  const known = { writeId: claim.identity.id, receivedAt: claim.receivedAt };
  if (end.kind === "not-carried-out") {
    await written(write, live.ledger.release(claim));
    throw end.error;
  }
  if (end.kind === "refused") {
    await settle(write, { answer: problemAnswer(end.error, record.requestId) }, live);
    throw end.error;
  }
  if (end.kind === "in-doubt") {
    const event = eventOf(operation, write, { ...known, outcome: "unknown" });
    await settle(write, { event: await unpublished(event, write, live) }, live);
    throw end.error;
  }
  const { attempts: tries, status, drift, seenIn } = end;
  record.note({ tries, ...(drift.length > 0 && { drift }) });
  record.note(seenIn !== undefined ? { settledBy: "reading" } : { upstreamStatus: status });
  const event = eventOf(operation, write, { ...known, outcome: "accepted", answer: end.json });
  const [waiting, answer] = await Promise.all([unpublished(event, write, live), withReceipt(write, end, live)]);
  await settle(write, { answer, event: waiting }, live);
  return answer;
};

/** In bytes. DynamoDB keeps 400 KB: what is larger is found by reading, should anybody ask again. */
const largestKept = 380_000;

/** The event, if the bus did not take it in time: then the outbox must. */
const unpublished = async (event: WriteEvent, { record }: ClaimedWrite, { publisher }: LiveWrites) => {
  try {
    await publisher.publish([event], longestPublishMs);
    return undefined;
  } catch (error) {
    if (!(error instanceof EventsUnpublished)) throw error;
    record.note({ event: "waiting" });
    return event;
  }
};

const settle = (
  write: ClaimedWrite,
  { answer, event }: { answer?: HttpAnswer; event?: WriteEvent | undefined },
  { ledger }: LiveWrites,
): Promise<void> => {
  const { claim } = write;
  // Nobody can ask for a write without a key again: what is left to keep is its event.
  if (!claim.identity.isRepeatable && event === undefined) return written(write, ledger.release(claim));
  const text = answer && claim.identity.isRepeatable ? keep(answer) : undefined;
  const keptAnswer = text !== undefined && Buffer.byteLength(text) <= largestKept ? text : undefined;
  return written(write, ledger.settle(claim, { answer: keptAnswer, event: event && JSON.stringify(event) }));
};

/** The outcome is certain by now: a table that fails here costs a repeat some reading, not the caller her answer. */
const written = async ({ record }: ClaimedWrite, writing: Promise<void>): Promise<void> => {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    record.note({ idempotency: "unsettled", errors: describeErrors(error) });
  }
};
