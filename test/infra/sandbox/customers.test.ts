import { expect, test } from "vitest";
import * as z from "zod";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { createCustomerContactDataAmendment } from "#lib/operations/contact-data.ts";
import { aSandbox } from "./given.ts";

const slice = z.object({
  result: z.array(z.looseObject({ id: z.number(), status: z.string(), email: z.string().optional() })),
  offset: z.string(),
  hasNext: z.boolean(),
});

type Call = Awaited<ReturnType<typeof aSandbox>>["call"];

const readAll = async (call: Call, query: string) => {
  const sizes: number[] = [];
  const ids: number[] = [];
  let offset: string | undefined;
  for (;;) {
    const { body } = await call(`/v1/customers?${query}${offset === undefined ? "" : `&offset=${offset}`}`);
    const { result, offset: next, hasNext } = slice.parse(body);
    sizes.push(result.length);
    ids.push(...result.map(({ id }) => id));
    if (!hasNext) return { sizes, ids };
    offset = next;
  }
};

test.each([
  ["", [100, 100, 30]],
  ["sliceSize=50", [50, 50, 50, 50, 30]],
  ["sliceSize=115", [115, 115]],
  ["sliceSize=500&customerStatus=MEMBER", [230]],
])("lists each of 230 members once with %j", async (query, expected) => {
  const { call } = await aSandbox({ members: 230 });

  const { sizes, ids } = await readAll(call, query);

  expect(sizes).toEqual(expected);
  expect(ids).toEqual(Array.from({ length: 230 }, (_, index) => 1000 + index));
});

test("lists prospects with other ids and without contracts", async () => {
  const { call, contractsOf } = await aSandbox();

  const { sizes, ids } = await readAll(call, "customerStatus=PROSPECT&sliceSize=50");

  expect(sizes).toEqual([50, 25]);
  expect(ids.filter((id) => id >= 1000)).toEqual([]);
  expect(await contractsOf(ids[0] ?? 0)).toEqual([]);
});

test("lists a member with her current data", async () => {
  const { call, send } = await aSandbox();
  const body = { email: "robin@example.com" };

  await send(createCustomerContactDataAmendment, { customerId: 1000 }, { body });

  expect((await call("/v1/customers")).body).toMatchObject({
    result: expect.arrayContaining([
      {
        ...{
          id: 1000,
          customerNumber: "1-1000",
          status: "MEMBER",
          studioId: 7_000_000_001,
          email: "robin@example.com",
        },
        preferredLanguage: { languageCode: "de", countryCode: "DE" },
        firstName: expect.any(String),
        lastName: expect.any(String),
        dateOfBirth: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        gender: expect.any(String),
      },
    ]),
  });
});

test("answers an empty last slice to an offset beyond the end", async () => {
  const { call } = await aSandbox();

  expect((await call("/v1/customers?offset=5000")).body).toMatchObject({ result: [], hasNext: false });
});

test.each([
  ["sliceSize=49", "sliceSize"],
  ["sliceSize=501", "sliceSize"],
  ["sliceSize=1e2", "sliceSize"],
  ["sliceSize=", "sliceSize"],
  ["customerStatus=member", "customerStatus"],
  ["offset=abc", "offset"],
  ["offset=-1", "offset"],
  ["offset=", "offset"],
])("refuses the query %s with 400 and the parameter %s", async (query, reference) => {
  const { call } = await aSandbox();

  expect(await call(`/v1/customers?${query}`)).toMatchObject({ status: 400, body: { reference } });
});

test("ignores an unknown query parameter", async () => {
  const { call } = await aSandbox();

  expect((await call("/v1/customers?page=2")).status).toBe(200);
});

test("tells the home studio of a customer, and of nobody else", async () => {
  const { call } = await aSandbox();
  expect(await call("/v1/cross-studio/customers/1000")).toMatchObject({
    status: 200,
    body: { studioId: 7_000_000_001 },
  });
  expect((await call("/v1/cross-studio/customers/999999")).status).toBe(404);
});

test("can be two studios of one tenant at one address, which tell each other's customers only across studios", async () => {
  const { sandbox, call } = await aSandbox();
  const other = { "x-api-key": "the-key-of-the-other-studio" };
  const ids = { studioId: 7_000_000_002n, idsFrom: 2_000_000 };
  const neighbour = await startSandbox({ apiKey: other["x-api-key"], neighbour: sandbox, ...ids });
  expect(neighbour.url).toBe(sandbox.url);
  const contracts = (id: number) => `/v1/memberships/${id}/self-service/contract-data`;
  const statuses = [1000, 2_001_000].map(async (id) => [
    (await call(contracts(id))).status,
    (await call(contracts(id), { headers: other })).status,
  ]);
  expect(await Promise.all(statuses)).toEqual([
    [200, 404],
    [404, 200],
  ]);
  for (const headers of [{}, other]) {
    const homes = [1000, 2_001_000].map(
      async (id) => (await call(`/v1/cross-studio/customers/${id}`, { headers })).body,
    );
    expect(await Promise.all(homes)).toMatchObject([{ studioId: 7_000_000_001 }, { studioId: 7_000_000_002 }]);
    expect((await call("/v1/cross-studio/customers/3001000", { headers })).status).toBe(404);
  }
  expect([sandbox.requests.length, neighbour.requests.length]).toEqual([5, 5]);
  await neighbour.close();
  expect((await call(contracts(1000))).status).toBe(200);
});

test("names a contract in one studio of a tenant only", async () => {
  const { sandbox } = await aSandbox();
  const neighbour = await startSandbox({ apiKey: "other", neighbour: sandbox, seed: 2, idsFrom: 2_000_000 });
  const [own, others] = [sandbox, neighbour].map((each) =>
    each.cast().flatMap(({ values }) => values["contractId"] ?? []),
  );
  expect(own?.length).toBeGreaterThan(50);
  expect(others?.filter((id) => own?.includes(id))).toEqual([]);
});
