import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Local } from "#infra/local/local.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import { startHere, tokenFrom } from "../infra/local/process.ts";

/** A package apart from the project, as a partner's is. */
const run = (command: string, ...args: readonly string[]) =>
  promisify(execFile)(`node_modules/.bin/${command}`, args, { cwd: fileURLToPath(new URL("app", import.meta.url)) });

/** Compiled by TypeScript 5 only: openapi-typescript needs it, and the file exists only after that has run. */
const calls = "./app/calls.ts";
interface Calls {
  readonly callEverything: (url: string, token: string) => Promise<ReadonlyMap<string, number>>;
  readonly codeOfUnknownMember: (url: string, token: string) => Promise<string | undefined>;
}

const operations: readonly Operation[] = Object.values(catalog).flat();

let gateway: Local;
let token: string;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  gateway = await startHere();
  token = await tokenFrom(gateway.url);
  await run("openapi-typescript", `${gateway.url}/openapi.json`, "-o", "gateway.d.ts");
});
afterAll(() => gateway.close());

test("a client whose types come from /openapi.json calls every operation, and each succeeds", async () => {
  await run("tsc", "-p", ".");
  const { callEverything, codeOfUnknownMember }: Calls = await import(/* @vite-ignore */ calls);
  const called = await callEverything(gateway.url, token);
  expect([...called.keys()].sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
  expect(new Set(called.values())).toEqual(new Set([200]));
  expect(await codeOfUnknownMember(gateway.url, token)).toBe("upstream-refused");
});

/** The part of Postman's own library that a request takes to be sent. */
interface Postman {
  readonly Collection: new (
    json: object,
  ) => { readonly variables: object; forEachItem(use: (item: Item) => void): void };
  readonly Property: { replaceSubstitutionsIn<Value>(value: Value, variables: readonly object[]): Value };
}
interface Item {
  readonly request: { toJSON(): Sent };
}
interface Sent {
  readonly method: string;
  readonly url: { readonly host: readonly string[]; readonly path: readonly string[] };
  readonly header: readonly Field[];
  readonly body?: { readonly raw?: string; readonly formdata?: readonly Field[] };
}
interface Field {
  readonly key: string;
  readonly value: string;
  readonly disabled?: boolean;
}

const enabled = (fields: readonly Field[]) =>
  fields.flatMap(({ key, value, disabled }): [string, string][] => (disabled ? [] : [[key, value]]));

const formOf = (fields: readonly Field[]) => {
  const form = new FormData();
  for (const [key, value] of enabled(fields)) form.set(key, value);
  return form;
};

const send = ({ method, url: { host, path }, header, body: { raw, formdata } = {} }: Sent) => {
  const body = raw ?? (formdata && formOf(formdata));
  const headers = new Headers([...enabled(header), ["authorization", `Bearer ${token}`]]);
  if (raw) headers.set("content-type", "application/json");
  return fetch(`${host.join(".")}/${path.join("/")}`, { method, headers, ...(body && { body }) });
};

test("Postman reads the collection, and the gateway understands each of its requests", async () => {
  const { Collection, Property }: Postman = createRequire(new URL("app/", import.meta.url))("postman-collection");
  const collection = new Collection((await (await fetch(`${gateway.url}/collection.json`)).json()) as object);
  const filledIn = { baseUrl: gateway.url, idlePeriodId: "1", additionalModuleContractId: "1", amendmentId: "1" };
  const sent: Sent[] = [];
  collection.forEachItem(({ request }) => {
    sent.push(Property.replaceSubstitutionsIn(request.toJSON(), [filledIn, collection.variables]));
  });
  expect(sent).toHaveLength(operations.length);
  const codes = await Promise.all(
    sent.map(async (request) => {
      const answer = await send(request);
      return answer.ok ? "ok" : ((await answer.json()) as { code: string }).code;
    }),
  );
  // The studio may refuse an invented id or date. Nothing is wrong with the request itself.
  expect(codes.filter((code) => !["ok", "upstream-refused", "amendment-pending"].includes(code))).toEqual([]);
  expect(codes.filter((code) => code === "ok").length).toBeGreaterThan(12);
  const keys = sent.flatMap(({ header }) => header.filter(({ key }) => key === "Idempotency-Key"));
  expect(keys.every(({ value }) => /^"[0-9a-f-]{36}"$/.test(value))).toBe(true);
  expect(new Set(keys.map(({ value }) => value)).size).toBe(operations.filter(isWrite).length);
});
