import { onTestFinished } from "vitest";
import * as z from "zod";
import type { Fault } from "#infra/sandbox/http/faults.ts";
import { type SandboxOptions, startSandbox } from "#infra/sandbox/sandbox.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { contractData } from "#lib/operations/contract-data.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { parseJson } from "#lib/operations/json.ts";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { bodyFor } from "../../forms.ts";

export const apiKey = "the-key-of-the-studio";

export interface Input {
  readonly body?: unknown;
  readonly document?: File;
  readonly headers?: Record<string, string>;
}

/** Shows noon (UTC) until a test moves it. */
export const aClock = (day = "2027-03-10") => {
  let at = new Date(`${day}T12:00:00Z`);
  return {
    now: () => at,
    advance: (ms: number) => {
      at = new Date(at.getTime() + ms);
    },
    turnTo: (laterDay: string) => {
      at = new Date(`${laterDay}T12:00:00Z`);
    },
  };
};

const urlOf = (operation: Operation, params: Record<string, number | bigint>) =>
  pathOf(operation, Object.fromEntries(Object.entries(params).map(([name, id]) => [name, String(id)])));

/** A sandbox that ends with the test, and functions to send requests to it. */
export const aSandbox = async (options: Partial<SandboxOptions> = {}) => {
  const sandbox = await startSandbox({ apiKey, now: aClock().now, ...options });
  onTestFinished(() => sandbox.close());
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(sandbox.url + path, { ...init, headers: { "x-api-key": apiKey, ...init.headers } });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? parseJson(text) : undefined,
    };
  };
  const send = (operation: Operation, params: Record<string, number | bigint> = {}, input: Input = {}) => {
    const sent = bodyFor(operation, input.body, input.document);
    const headers = { ...sent.headers, ...input.headers };
    return call(urlOf(operation, params), { ...sent, method: operation.method, headers });
  };
  const contractsOf = async (customerId: number) =>
    z.array(contractData).parse((await send(getContractData, { customerId })).body);
  const contractOf = async (customerId: number) => z.tuple([contractData]).parse(await contractsOf(customerId))[0];
  return { ...sandbox, sandbox, call, send, contractsOf, contractOf };
};

/** A sandbox with one fault, and a write to hit: the contact data of member 1000. */
export const aSandboxHitBy = async (fault: Fault) => {
  const { sandbox, send } = await aSandbox();
  sandbox.misbehave(fault);
  const body = { email: "robin@example.com" };
  return { sandbox, send, write: () => send(createCustomerContactDataAmendment, { customerId: 1000 }, { body }) };
};

/** The member with this description in the cast. */
export const idOf = (list: readonly { readonly situation: string }[], situation: string): number => {
  const place = list.findIndex((row) => row.situation === situation);
  if (place < 0) throw new TypeError(`nobody in the cast: ${situation}`);
  return 1000 + place;
};
