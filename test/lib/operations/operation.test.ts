import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { Input } from "#lib/http/serving.ts";
import type { createContractCancelationAmendment, getContractData } from "#lib/operations/contracts.ts";
import { bodyId, customerId, pathId } from "#lib/operations/fields.ts";
import { type Operation, pathOf, type WriteRules, writeOperation } from "#lib/operations/operation.ts";

const contract = { id: "x", path: "/v1/members/{customerId}/contracts/{contractId}" } as const;

test("a path has its parameters, percent-encoded", () => {
  expect(pathOf(contract, { customerId: "1000", contractId: "../7" })).toBe("/v1/members/1000/contracts/..%2F7");
});

test("a path with a missing parameter is an error", () => {
  expect(() => pathOf(contract, { customerId: "1000" })).toThrow("contractId");
  expect(() => pathOf(contract, { customerId: "1000", contractId: undefined })).toThrow("contractId");
});

/** The input that a handler of the operation gets. */
type InputOf<Served> = Served extends Operation<infer Params, infer Body> ? Input<Params, Body> : never;

test("the compiler knows the params and the body of an operation", () => {
  type Read = InputOf<typeof getContractData>;
  type Cancel = InputOf<typeof createContractCancelationAmendment>;
  const principal = { clientId: "partner-1", studioId: "studio-1" };
  const params = { customerId: "1000" };
  const body = { contractId: 1, cancelationDate: "2027-01-31" };
  const read: Read = { principal, params, headers: {}, body: undefined };
  const cancel: Cancel = { principal, params, headers: {}, body };
  // @ts-expect-error: the path has no such parameter
  expect(read.params.contractId).toBeUndefined();
  // @ts-expect-error: a read has no body
  const withBody: Read = { principal, params, headers: {}, body };
  // @ts-expect-error: an id is not text
  const text: string = cancel.body.contractId;
  // @ts-expect-error: the date is missing
  const undated: Cancel = { principal, params, headers: {}, body: { contractId: 1 } };
  expect([text, undated.body, withBody.body]).toEqual([1, { contractId: 1 }, body]);
});

test("the compiler refuses rules for another path or body", () => {
  const write = {
    id: "x",
    summary: "x",
    method: "POST",
    path: "/v1/members/{customerId}",
    scope: "customer.write",
  } as const;
  const byPath: WriteRules<{ readonly contractId: string }> = {
    event: "AmendmentWithdrawn",
    eventIds: ({ params: { contractId } }) => ({ contractId }),
  };
  const byBody: WriteRules<{ readonly customerId: string }, { readonly contractId: number | bigint }> = {
    event: "AmendmentWithdrawn",
    eventIds: ({ body: { contractId } }) => ({ contractId }),
  };
  writeOperation({ ...write, params: z.object({ customerId, contractId: pathId }), write: byPath });
  // @ts-expect-error: the path has no contractId
  writeOperation({ ...write, params: z.object({ customerId }), write: byPath });
  writeOperation({ ...write, params: z.object({ customerId }), body: z.object({ contractId: bodyId }), write: byBody });
  // @ts-expect-error: there is no body
  writeOperation({ ...write, params: z.object({ customerId }), write: byBody });
  const withBody = { ...write, params: z.object({ customerId }), body: z.object({ amendmentId: bodyId }) };
  // @ts-expect-error: the body has another field
  writeOperation({ ...withBody, write: byBody });
  // @ts-expect-error: a write needs rules
  writeOperation({ ...write, params: z.object({ customerId }) });
});
