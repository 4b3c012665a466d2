import { awsTimeLimit } from "#lib/environment.ts";
import type { WriteEvent } from "#lib/events/events.ts";
import { EventsUnpublished } from "#lib/events/publisher.ts";
import type { FindStudio } from "#lib/http/home-studio.ts";
import { pipeline } from "#lib/http/serve.ts";
import type { Admitted, HttpAnswer, Input, LiveWrites } from "#lib/http/serving.ts";
import { describeErrors, type OpenRecord } from "#lib/observability/log.ts";
import { writeJson } from "#lib/operations/json.ts";
import type { Ids, WriteOperation } from "#lib/operations/operation.ts";
import type { UpstreamResult } from "#lib/perfectgym/client.ts";
import { OutcomeUnknown } from "#lib/perfectgym/errors.ts";
import { problemAnswer } from "#lib/problems/problem.ts";
import { keep, kept, receiptOf, withReceipt } from "./answers.ts";
import { withStudioDefaults } from "./defaults.ts";
import { KeyReused, LedgerUnavailable } from "./errors.ts";
import { eventOf } from "./event.ts";
import { identify, type WriteIdentity } from "./key.ts";
import type { Claim } from "./ledger.ts";
import type { InDoubt, Settled } from "./states.ts";
import { isUnsent, type WriteEnd } from "./writer.ts";

/** A write that this request has claimed, and the request. */
interface ClaimedWrite extends Admitted {
  readonly operation: WriteOperation;
  readonly claim: Claim;
}

/** How long an answer waits for its event to be published, in milliseconds. After that, the event goes to the outbox. */
const longestPublishMs = awsTimeLimit(35);

/**
 * A Lambda that serves a write. It records the write before it sends it, sends it at most once, finds out the outcome if
 * that is possible, publishes the event, and keeps the answer for a repeat with the same Idempotency-Key. The receipt comes
 * in the form that the request asks for.
 */
export const serveWrite = <Params extends Ids, Body, Answer>(
  operation: WriteOperation<Params, Body, Answer>,
  live: LiveWrites,
) => {
  if (operation.write.receipt && !live.confirm)
    throw new TypeError(`${operation.id} has a receipt: use lib/wiring/receipts.ts`);
  const write = async (admitted: Admitted<Params, Body>): Promise<HttpAnswer> => {
    const { record, input, startedAt, endsAt } = admitted;
    const pepper = await live.pepper();
    const payload = payloadOf(input);
    const identity = identify({ scope: scopeOf(operation, admitted), payload, key: input.idempotencyKey, pepper });
    const settings = () => live.perfectgym.settings(input.principal.studioId);
    const body = await withStudioDefaults(operation, input.body, settings).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ("error" in body) return answerUnsendable(identity, { record, cause: body.error }, live);
    const claimed = await live.ledger.claim(identity, {
      receivedAt: startedAt,
      remainingMs: endsAt - live.now(),
      eventInDoubt: (receivedAt) =>
        JSON.stringify(eventOf(operation, admitted, { writeId: identity.id, receivedAt, outcome: "unknown" })),
    });
    if (claimed.kind === "replay") return replay(claimed, record);
    const { claim } = claimed;
    if (claim.found.status !== "unsent") record.note({ idempotency: "taken-over" });
    admitted.beginWrite();
    const sendable = { ...admitted, input: { ...input, body: body.value }, operation, claim };
    return conclude(sendable, await carryOut(sendable, live), live);
  };
  return pipeline(operation, { ...live, findStudio: boundTo(operation, live) }, async (admitted) => {
    const answer = await write(admitted);
    return live.confirm ? live.confirm(answer, admitted, () => timeZoneOf(admitted, live)) : answer;
  });
};

/**
 * A key is bound to the studio of its first request, named or found. The studio is part of a write's identity, so without
 * this a repeat that names another one, or comes after the customer moved, would be another write. @throws KeyReused
 */
const boundTo =
  ({ id }: Pick<WriteOperation, "id">, { ledger, pepper, findStudio }: LiveWrites): FindStudio =>
  async (asked) => {
    const { clientId, named, read } = asked;
    const { idempotencyKey: key } = read;
    // Nobody can repeat a write without a key.
    if (key === undefined) return findStudio(asked);
    const scope = [clientId, id, ...Object.values(read.params)];
    const identity = identify({ scope, payload: [], key, pepper: await pepper() });
    const studioId = named ?? (await ledger.boundStudio(identity)) ?? (await findStudio(asked));
    if (studioId === undefined) return undefined;
    const bound = await ledger.bindStudio(identity, studioId);
    if (named !== undefined && named !== bound) throw new KeyReused("the key was used with a different studio");
    return bound;
  };

/** The studio's. Undefined also if its entry cannot be read: the write is over, so that must not fail the request. */
const timeZoneOf = async ({ input }: Admitted, { perfectgym }: LiveWrites): Promise<string | undefined> => {
  try {
    return (await perfectgym.settings(input.principal.studioId)).timeZone;
  } catch (error) {
    if (isUnsent(error)) return undefined;
    throw error;
  }
};

/**
 * What a repeat must have in common with the first request. JSON says by itself where it ends, so no other body and
 * document have the same bytes. A document's name does not count: an app may give it another one each time.
 */
const payloadOf = ({ body, document }: Input): readonly (string | Uint8Array)[] => [
  writeJson(body ?? null),
  ...(document ? [document.bytes] : []),
];

/** Who writes, and what the write changes. With another scope, the same Idempotency-Key means another write. */
const scopeOf = ({ id }: WriteOperation, { input }: Admitted): (string | null)[] => [
  input.principal.clientId,
  input.principal.member ?? null,
  input.principal.studioId,
  id,
  ...Object.values(input.params),
];

const replay = ({ answer }: { readonly answer: string }, record: OpenRecord): HttpAnswer => {
  record.note({ idempotency: "replayed" });
  return kept(answer);
};

interface Unsendable {
  readonly record: OpenRecord;
  readonly cause: unknown;
}

/**
 * Answers a write that cannot be sent, because the studio has no default for what the caller left out. An earlier
 * request with the same key may have sent it. @throws the cause if none did, otherwise OutcomeUnknown
 */
const answerUnsendable = async (identity: WriteIdentity, { record, cause }: Unsendable, { ledger }: LiveWrites) => {
  const found = await ledger.find(identity);
  if (found.kind === "replay") return replay(found, record);
  if (found.kind === "unsent") throw cause;
  throw new OutcomeUnknown({ attempts: 0 }, { retryAfterSeconds: 5, cause });
};

const carryOut = async (write: ClaimedWrite, live: LiveWrites): Promise<WriteEnd> => {
  const { operation, input, claim, record, deadline } = write;
  const calledAt = live.now();
  try {
    const { studioId, member } = input.principal;
    const call = { ...input, studioId, member, budgetMs: deadline - calledAt };
    return await live.writer.carryOut(operation, call, claim);
  } finally {
    record.note({ upstreamMs: live.now() - calledAt });
  }
};

/** Records how a write ended, then answers. @throws the error of a write that was not accepted */
const conclude = async (write: ClaimedWrite, end: WriteEnd, live: LiveWrites): Promise<HttpAnswer> => {
  const { record, claim, operation, language } = write;
  const { identity, receivedAt } = claim;
  switch (end.outcome) {
    case "not-carried-out":
      await recorded(write, live.ledger.release(claim));
      throw end.error;
    case "refused":
      await settle(write, { answer: problemAnswer(end.error, { requestId: record.requestId, language }) }, live);
      throw end.error;
    case "in-doubt": {
      const event = eventOf(operation, write, { writeId: identity.id, receivedAt, outcome: "unknown" });
      await settle(write, { state: end.state, event: await unpublished(event, write, live) }, live);
      throw end.error;
    }
    case "accepted": {
      const { attempts: tries, status, drift, seenIn, json } = end;
      record.note({ tries, ...(drift.length > 0 && { drift }) });
      record.note(seenIn !== undefined ? { settledBy: "reading" } : { upstreamStatus: status });
      const receipt = await receiptFor(write, seenIn, live);
      const accepted = { writeId: identity.id, receivedAt, outcome: "accepted", answer: json, receipt } as const;
      const event = await unpublished(eventOf(operation, write, accepted), write, live);
      const answer = answerOf(end, receipt);
      await settle(write, { answer, event }, live);
      return answer;
    }
  }
};

/** Undefined if the operation has none. `seenIn` is the data that proved the write, if its answer was lost. */
const receiptFor = async (
  { operation, input, record, deadline, claim }: ClaimedWrite,
  seenIn: unknown,
  { writer, now }: LiveWrites,
) => {
  const { receipt } = operation.write;
  if (!receipt) return undefined;
  const { params, headers, principal } = input;
  const { studioId, member } = principal;
  const call = { studioId, member, params, headers, budgetMs: deadline - now() };
  const data = seenIn ?? (await writer.readBack(operation, call));
  if (data === undefined) record.note({ receipt: "status-unknown" });
  const { receivedAt } = claim;
  return receiptOf(receipt, { input, data }, { receivedAt, requestId: record.requestId, studioId });
};

/** The upstream's answer, with the receipt if there is one. */
const answerOf = (
  { status, text }: UpstreamResult,
  receipt: Readonly<Record<string, unknown>> | undefined,
): HttpAnswer => {
  const headers = { "content-type": "application/json" };
  if (!receipt) return { statusCode: status, ...(text && { headers, body: text }) };
  // 204 and 205 allow no body (RFC 9110, 15.3.5 and 15.3.6), and the receipt is one.
  const statusCode = status === 204 || status === 205 ? 200 : status;
  return { statusCode, headers, body: withReceipt(text, receipt) };
};

/** Publishes an event. Returns it if the bus did not take it in time, for the outbox. */
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

interface Settlement {
  readonly state?: InDoubt | Settled;
  readonly answer?: HttpAnswer;
  readonly event?: WriteEvent | undefined;
}

const settle = (
  write: ClaimedWrite,
  { state = { status: "settled" }, answer, event }: Settlement,
  { ledger }: LiveWrites,
): Promise<void> => {
  const { claim, operation } = write;
  // Nobody can repeat a write without a key, so the table needs to keep only its event.
  if (!claim.identity.isRepeatable && event === undefined) return recorded(write, ledger.release(claim));
  const keptAnswer = answer && claim.identity.isRepeatable ? keep(answer, operation.write.notKept) : undefined;
  return recorded(write, ledger.end(claim, { state, answer: keptAnswer, event: event && JSON.stringify(event) }));
};

/** The outcome is certain by now, so the caller gets it even if the table fails. A repeat then has to read the data. */
const recorded = async ({ record }: ClaimedWrite, recording: Promise<void>): Promise<void> => {
  try {
    await recording;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    record.note({ idempotency: "unsettled", errors: describeErrors(error) });
  }
};
