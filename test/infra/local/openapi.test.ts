import { randomUUID } from "node:crypto";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import type { Local } from "#infra/local/local.ts";
import { startHere, tokenFrom } from "./process.ts";

const described = z.looseObject({
  operationId: z.string(),
  requestBody: z
    .object({ content: z.record(z.string(), z.looseObject({ example: z.unknown().optional() })) })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
});
const shape = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), described)) });
type Described = z.infer<typeof described> & { readonly method: string; readonly path: string };

let gateway: Local;
let token: string;
let operations: readonly Described[];
/** Says what a response has that the document does not describe; undefined if nothing. */
let undocumented: (operation: Described, response: Response) => Promise<string | undefined>;

beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  gateway = await startHere();
  token = await tokenFrom(gateway.url);
  const document: unknown = await (await fetch(`${gateway.url}/openapi.json`)).json();
  const { paths } = shape.parse(document);
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  undocumented = judge(document as object);
});
afterAll(() => gateway.close());

const content = z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).default({}) });

const judge = (document: object) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, "api");
  const validators = new Map<unknown, ReturnType<typeof ajv.compile>>();
  const resolved = (value: unknown): unknown => {
    const { $ref } = z.looseObject({ $ref: z.string().optional() }).parse(value);
    if ($ref === undefined) return value;
    return $ref
      .slice(2)
      .split("/")
      .reduce<unknown>((at, step) => z.looseObject({}).parse(at)[step], document);
  };
  const absolute = (schema: unknown): object => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
  return async ({ operationId, responses }: Described, response: Response): Promise<string | undefined> => {
    const { status, headers } = response;
    const at = `${operationId} ${status}`;
    const known = responses[status] ?? responses[`${String(status)[0]}XX`];
    if (known === undefined) return `${at}: the status`;
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    const text = await response.text();
    if (text === "") return undefined;
    const { schema } = content.parse(resolved(known)).content[type] ?? {};
    if (schema === undefined) return `${at}: the type ${type}`;
    const isValid = validators.get(schema) ?? ajv.compile(absolute(schema));
    validators.set(schema, isValid);
    return isValid(JSON.parse(text)) ? undefined : `${at}: ${ajv.errorsText(isValid.errors)}`;
  };
};

/** Requests that the document itself leads to, right and wrong ones. */
const variants: readonly (readonly [string, (operation: Described) => Promise<Response>])[] = [
  ["as documented", (operation) => send(operation, {})],
  ["for a member who does not exist", (operation) => send(operation, { id: "999999999999" })],
  ["with an id that is not one", (operation) => send(operation, { id: "0x1" })],
  ["without a token", (operation) => send(operation, { headers: { authorization: "" } })],
  ["with a token that is not one", (operation) => send(operation, { headers: { authorization: "Bearer no" } })],
  [
    "with a body of another kind",
    (operation) => send(operation, { body: "[1,", headers: { "content-type": "application/json" } }),
  ],
  ["with an unknown field", (operation) => send(operation, { body: '{"surprise":1}' })],
  [
    "with a body that is not JSON",
    (operation) => send(operation, { body: "<a/>", headers: { "content-type": "text/xml" } }),
  ],
  ["with a query", (operation) => send(operation, { query: "?sort=up" })],
];

interface Change {
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly query?: string;
}

const send = ({ method, path, requestBody }: Described, { id = "1003", headers, body, query = "" }: Change) => {
  const example = requestBody?.content["application/json"]?.example;
  const own = example === undefined ? undefined : JSON.stringify(example);
  const sent = method === "GET" ? undefined : (body ?? own);
  return fetch(gateway.url + path.replace(/\{\w+\}/g, id) + query, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "idempotency-key": `"${randomUUID()}"`,
      ...(sent !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
};

test.each(variants)("no answer to a request %s contradicts the document", async (_, request) => {
  const found: (string | undefined)[] = [];
  for (const operation of operations) found.push(await undocumented(operation, await request(operation)));
  expect(found.filter((each) => each !== undefined)).toEqual([]);
  expect(found.length).toBeGreaterThan(12);
});

test("the judge finds a status and a shape that the document does not describe", async () => {
  const [operation] = operations;
  if (!operation) throw new Error("the document has no operation");
  expect(await undocumented(operation, new Response("{}", { status: 302 }))).toContain("the status");
  const wrong = new Response("{}", { status: 400, headers: { "content-type": "application/problem+json" } });
  expect(await undocumented(operation, wrong)).toContain("must have required property");
});
