import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { AwsError } from "#lib/aws/service.ts";
import { EventsUnpublished } from "#lib/events/publisher.ts";
import { LimitReached } from "#lib/limits/limiter.ts";
import { OutcomeUnknown, UpstreamBusy, UpstreamError, UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { TransportError } from "#lib/perfectgym/transport.ts";
import { RequestInvalid, RequestRefused } from "#lib/problems/types.ts";
import { KeyInUse } from "#lib/writes/errors.ts";

const own = "4711081547110815 robin@example.com";

const facts = { attempts: 1, upstreamStatus: 400, errorCode: own, traceId: own };
const fault = { in: "body", pointer: "/email", detail: own } as const;
const event = { type: "ContractCancelationRequested", detail: { customerId: own } };

/** Each error of ours that has data, with a member's own wherever it fits. */
const errors: readonly Error[] = [
  new UpstreamError("upstream-unintelligible", "no JSON", facts, new Error("a cause")),
  new UpstreamRefused(400, { message: own, reference: own, pendingAmendment: { id: own } as never }, facts),
  new UpstreamBusy(3, facts),
  new OutcomeUnknown(facts, { shown: { pendingAmendment: { id: own } } as never }),
  new TransportError("no-answer"),
  new RequestInvalid([fault]),
  new RequestRefused("media-type-unsupported", "not a form", [fault]),
  new EventsUnpublished([event] as never),
  new KeyInUse(3),
  new LimitReached(3),
  new AwsError("AwsError", 400),
];

/** As the runtime prints an error that a handler throws: name, message, stack, and every enumerable property. */
const printed = (error: Error): string =>
  JSON.stringify({ errorType: error.name, errorMessage: error.message, stack: error.stack?.split("\n"), ...error });

test.each(errors.map((error) => [error.name, error] as const))("%s prints nothing of a member", (_, error) => {
  expect(printed(error)).not.toMatch(/4711|robin/);
  expect(printed(error)).toContain(error.message);
});

test("no error with a constructor is missing in the list", async () => {
  const files = (await readdir("lib", { recursive: true })).filter((name) => name.endsWith(".ts"));
  const sources = await Promise.all(files.map((name) => readFile(`lib/${name}`, "utf8")));
  const classes = sources.flatMap((source) => [
    ...source.matchAll(/class (\w+) extends \w+(?: implements \w+)? \{(?:(?!\n\}).)*?\n {2}constructor\(/gs),
  ]);
  expect(classes.map(([, name]) => name).sort()).toEqual(errors.map(({ name }) => name).sort());
});
