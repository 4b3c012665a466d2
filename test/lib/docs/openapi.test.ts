import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import * as z from "zod";
import { openApi, operationOf } from "#lib/docs/openapi.ts";
import { eventTypes } from "#lib/events/events.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { getContractData } from "#lib/operations/contracts.ts";
import { problemTypes } from "#lib/problems/types.ts";

const shape = z.object({
  webhooks: z.record(z.string(), z.unknown()),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.looseObject({ securitySchemes: z.object({ token: z.looseObject({ type: z.string() }) }) }),
});
const document = openApi({});

test("an independent validator finds nothing to report, and each example fits its schema", async () => {
  const rules = { "no-invalid-media-type-examples": "error", "no-invalid-schema-examples": "error" } as const;
  const config = await createConfig({ extends: ["recommended"], rules });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: "openapi.json", config });
  expect(problems.map(({ ruleId, message, location: [at] }) => [ruleId, message, at?.pointer])).toEqual([]);
});

test("the validator sees a document that is wrong", async () => {
  const wrong = JSON.stringify(document).replace('"pointer":"/cancelationDate"', '"pointer":1');
  const config = await createConfig({ extends: ["recommended"], rules: { "no-invalid-media-type-examples": "error" } });
  const problems = await lintFromString({ source: wrong, absoluteRef: "openapi.json", config });
  expect(problems.map(({ ruleId }) => ruleId)).toContain("no-invalid-media-type-examples");
});

test("every operation is in it once, at its method and path", () => {
  const described = Object.entries(shape.parse(document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, method.toUpperCase(), path]),
  );
  const served = Object.values(catalog).flatMap((list) => list.map(({ id, method, path }) => [id, method, path]));
  expect(described.sort()).toEqual(served.sort());
});

test("every event is in it once", () => {
  expect(Object.keys(shape.parse(document).webhooks)).toEqual(eventTypes);
});

test("every problem of an operation is explained in it", () => {
  const text = JSON.stringify(document);
  const operations = Object.keys(problemTypes).filter((code) => code !== "not-found");
  for (const code of operations) {
    expect(text).toContain(`"code":"${code}"`);
    expect(text).toContain(`[\`${code}\`](/docs/problems#${code}): `);
  }
});

test("an operation that is to be given up is deprecated in it, with its days", () => {
  const operation = { ...getContractData, deprecation: { since: "2027-01-01", sunset: "2027-07-01" } } as const;
  const described = operationOf({ tag: "contracts", operation });
  expect(described).toMatchObject({
    deprecated: true,
    description: expect.stringMatching(/2027-01-01.*2027-07-01/),
    responses: { "200": { headers: { deprecation: expect.any(Object), sunset: expect.any(Object) } } },
  });
  expect(JSON.stringify(document)).not.toContain('"deprecated"');
});

test("every answer to a known caller says its limit, and 429 and 503 when to retry", () => {
  const { responses } = z
    .looseObject({ responses: z.record(z.string(), z.looseObject({ headers: z.record(z.string(), z.unknown()) })) })
    .parse(shape.parse(document).components);
  for (const [name, { headers }] of Object.entries(responses)) {
    expect([name, "ratelimit" in headers]).toEqual([name, name !== "401"]);
    if (/^(429|503)/.test(name)) expect([name, "retry-after" in headers]).toEqual([name, true]);
  }
});

test.each([
  [{}, { type: "oauth2" }, "/oauth2/token"],
  [{ tokenUrl: "https://sign-in.example.com/token" }, { type: "oauth2" }, "https://sign-in.example.com/token"],
  [
    { issuer: "https://issuer.example.com/" },
    { type: "openIdConnect" },
    "https://issuer.example.com/.well-known/openid-configuration",
  ],
])("with %j it says where a token comes from", (options, scheme, url) => {
  const { token } = shape.parse(openApi(options)).components.securitySchemes;
  expect(token).toMatchObject(scheme);
  expect(JSON.stringify(token)).toContain(url);
});
