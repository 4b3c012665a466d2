import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { outcomeOf } from "#infra/command.ts";
import { drift } from "#infra/drift.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { customersSlice, ownCalls } from "#lib/operations/customers.ts";
import type { Operation } from "#lib/operations/operation.ts";

type Json = Record<string, unknown>;
const operations: readonly Operation[] = [...Object.values(catalog).flat(), ...ownCalls];

/** A schema as OpenAPI has it: its named parts are the document's. */
const schemaOf = (type: z.ZodMiniType, io: "input" | "output", named: Record<string, unknown>): Json => {
  const { $defs = {}, ...json } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  const text = JSON.stringify({ $defs, json }).replaceAll("#/$defs/", "#/components/schemas/");
  const made = z
    .object({ $defs: z.record(z.string(), z.unknown()), json: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(text));
  Object.assign(named, made.$defs);
  return made.json;
};

/** A document that says what the gateway knows, with the upstream's own names of parameters. */
const agreeing = () => {
  const paths: Record<string, Record<string, Json>> = {};
  const schemas: Record<string, unknown> = {};
  for (const { method, path, body, answer, document } of operations) {
    const asForm = (schema: object) => ({ type: "object", properties: { data: schema, document: { type: "string" } } });
    const sent = body && schemaOf(body, "input", schemas);
    const at = path.replaceAll("{customerId}", "{id}");
    paths[at] = {
      ...paths[at],
      [method.toLowerCase()]: {
        ...(sent && { requestBody: { content: { "*/*": { schema: document ? asForm(sent) : sent } } } }),
        responses: { "200": answer ? { content: { "*/*": { schema: schemaOf(answer, "output", schemas) } } } : {} },
      },
    };
  }
  const { properties } = schemaOf(customersSlice, "output", schemas);
  const slice = {
    type: "object",
    required: ["result", "hasNext"],
    properties: z.record(z.string(), z.unknown()).parse(properties),
  };
  const answer = { "200": { content: { "*/*": { schema: slice } } } };
  Object.assign(paths["/v1/customers"]?.["get"] ?? {}, { responses: answer });
  return { openapi: "3.0.1", paths, components: { schemas }, slice };
};

const found = async (document: unknown) => {
  const folder = await mkdtemp(join(tmpdir(), "drift-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "spec.json");
  await writeFile(file, typeof document === "string" ? document : JSON.stringify(document));
  return outcomeOf(drift, [file], process.stdin);
};

test("a document that says what the gateway knows has no difference", async () => {
  const document = agreeing();
  // Of the members' list, the gateway describes only what it needs.
  Object.assign(document.slice.properties, { more: { type: "string" } });
  expect(await found(document)).toEqual({ code: 0, stdout: "The document and the gateway agree.\n", stderr: "" });
});

test("operations and fields that were added, removed or changed are named", async () => {
  const document = agreeing();
  const reasons = "/v1/memberships/self-service/contract-cancelation-reasons";
  const contact = document.paths["/v1/customers/{id}/self-service/contact-data"] ?? {};
  document.components.schemas["Mail"] = { type: "integer" };
  contact["post"] = {
    requestBody: {
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["fax"],
            properties: {
              email: { $ref: "#/components/schemas/Mail" },
              fax: { type: "string" },
              phonePrivate: { type: "string" },
              phonePrivateMobile: { type: ["string", "null"] },
              phoneBusiness: { type: "string" },
            },
          },
        },
      },
    },
    responses: contact["post"]?.["responses"],
  };
  const { [reasons]: _, ...paths } = document.paths;
  const more = { "/v1/memberships/{id}/self-service/lockers": { get: {} }, "/v1/devices": { get: {} } };
  const { code, stdout } = await found({ ...document, paths: { ...paths, ...more } });
  expect([code, stdout.trim().split("\n").sort()]).toEqual([
    1,
    [
      "+ GET /v1/memberships/{}/self-service/lockers",
      "+ createCustomerContactDataAmendment body fax: string, required",
      `- getContractCancelationReasonData: GET ${reasons}`,
      "- createCustomerContactDataAmendment body phoneBusinessMobile",
      "~ createCustomerContactDataAmendment body email: string is now number",
    ].sort(),
  ]);
});

test.each([
  ["openapi: 3.0.1", "is not JSON"],
  ["[]", "is no OpenAPI 3 document"],
])("%s is refused in a sentence", async (text, words) => {
  expect(await found(text)).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
});
