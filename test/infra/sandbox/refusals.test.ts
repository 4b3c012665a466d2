import { expect, test } from "vitest";
import { catalog } from "#lib/operations/catalog.ts";
import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { apiKey, aSandbox } from "./given.ts";

const address = { street: "Neuer Weg", zipCode: "00456", city: "Testdorf", countryCode: "DE" };
const account = {
  accountHolder: "Kim Muster",
  bankName: "Musterbank",
  iban: "DE91100000000123456789",
  bic: "MUSTDEB0",
};
const addressPath = "/v1/customers/1000/self-service/address-data";

test.each(["/", "/v1", "/v1/customers/1000", "/v1/customers//self-service/contact-data", "/v1/customers/", "//"])(
  "answers 404 to the unknown path %s",
  async (path) => {
    const { call } = await aSandbox();

    expect(await call(path)).toMatchObject({ status: 404, body: { errorCode: "PATH_UNKNOWN" } });
  },
);

test("answers 405 with the allowed methods to another method", async () => {
  const { call } = await aSandbox();

  const { status, headers, body } = await call(addressPath, { method: "PUT" });

  expect(status).toBe(405);
  expect(headers.get("allow")).toBe("GET, POST");
  expect(body).toMatchObject({ errorCode: "METHOD_NOT_ALLOWED" });
});

test.each(["abc", "1.5", "9223372036854775808", "1000x", "%31000"])(
  "answers 400 with the parameter to the id %s in a path",
  async (id) => {
    const { call } = await aSandbox();

    const answer = await call(`/v1/customers/${id}/self-service/contact-data`);

    expect(answer).toMatchObject({ status: 400, body: { errorCode: "FIELD_INVALID", reference: "customerId" } });
  },
);

test.each(["2000", "975", "899", "0", "-1", "9223372036854775807", "1152921504606848001"])(
  "answers 404 to the unknown customer %s",
  async (id) => {
    const { call } = await aSandbox();

    const answer = await call(`/v1/customers/${id}/self-service/contact-data`);

    expect(answer).toMatchObject({ status: 404, body: { errorCode: "CUSTOMER_UNKNOWN" } });
  },
);

test.each<Operation>(
  Object.values(catalog)
    .flat()
    .filter(({ path }) => path.includes("{customerId}")),
)("answers 404 to $id for an unknown customer", async (operation) => {
  const { send } = await aSandbox();
  const bodies: Record<string, unknown> = {
    createContractCancelationAmendment: { contractId: 1, cancelationDate: "2027-01-01", cancelationReasonId: 1001 },
    createCustomerContactDataAmendment: { email: "kim@example.com" },
    createCustomerAddressDataAmendment: address,
    createCustomerMasterDataAmendment: {
      ...{ firstName: "Kim", lastName: "Muster", gender: "UNISEX", dateOfBirth: "1990-01-31", customerTitle: "DR" },
    },
    createCustomerPaymentDataAmendment: account,
  };

  const answer = await send(
    operation,
    { customerId: 5, contractId: 1, amendmentId: 1 },
    { body: bodies[operation.id] },
  );

  expect(answer).toMatchObject({ status: 404, body: { errorCode: "CUSTOMER_UNKNOWN" } });
});

test("gives each error its own trace id, and the same ones with the same seed and requests", async () => {
  const traces = async (seed: number) => {
    const { send } = await aSandbox({ apiKey, seed });
    const answers = [
      await send(getCustomerContactData, { customerId: 5 }),
      await send(getCustomerContactData, { customerId: 5 }),
    ];
    return answers.map(({ body }) => JSON.stringify(body));
  };

  const [first, again, other] = [await traces(1), await traces(1), await traces(2)];

  expect(first).toEqual(again);
  expect(new Set([...first, ...other]).size).toBe(4);
});
