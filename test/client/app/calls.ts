import { randomUUID } from "node:crypto";
import createClient from "openapi-fetch";
import type { paths } from "./gateway.d.ts";

/** A client as a partner makes it, and the answer of each call. `gateway.d.ts` is generated from the running gateway. */
const clientOf = (baseUrl: string, token: string, onAnswer: (status: number, template: string) => void) => {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  client.use({
    onResponse: ({ request, response, schemaPath }) => onAnswer(response.status, `${request.method} ${schemaPath}`),
  });
  return client;
};

type Client = ReturnType<typeof clientOf>;

/** The data of an answer. API Gateway itself answers 401, 404 and 429 with a `message`; all else is a problem. */
const dataOf = async <Data>(call: Promise<{ data?: Data; error?: Refusal; response: Response }>): Promise<Data> => {
  const { data, error, response } = await call;
  if (error)
    throw new Error(`${response.status} ${"code" in error ? `${error.code}: ${error.detail}` : error.message}`);
  return data as Data;
};

type Refusal = { readonly code: string; readonly detail: string } | { readonly message: string };

/** One for each write that a member wants. A retry has the same key. */
const aKey = () => ({ "Idempotency-Key": `"${randomUUID()}"` });

const contractOf = async (client: Client, customerId: string) => {
  const path = "/v1/memberships/{customerId}/self-service/contract-data";
  const [contract] = await dataOf(client.GET(path, { params: { path: { customerId } } }));
  if (!contract) throw new Error(`${customerId} has no contract`);
  return contract;
};

const cancelAndWithdraw = async (client: Client) => {
  const customerId = "1000";
  const { id, availableCancelationDates } = await contractOf(client, customerId);
  const cancelationDate = availableCancelationDates?.[0] ?? "";
  const [reason] = await dataOf(client.GET("/v1/memberships/self-service/contract-cancelation-reasons"));
  const contractId = Number(id);
  await dataOf(
    client.POST("/v1/memberships/{customerId}/self-service/ordinary-contract-cancelation", {
      params: { path: { customerId }, header: aKey() },
      body: { contractId, cancelationDate, cancelationReasonId: Number(reason?.cancelationReasonId) },
    }),
  );
  await dataOf(
    client.POST("/v1/memberships/{customerId}/self-service/withdraw-ordinary-contract-cancelation/{contractId}", {
      params: { path: { customerId, contractId: String(id) }, header: aKey() },
    }),
  );
};

const withdrawByStatute = async (client: Client) => {
  const customerId = "1036";
  const { id } = await contractOf(client, customerId);
  await dataOf(
    client.POST("/v1/memberships/{customerId}/self-service/contract-withdrawal/{contractId}", {
      params: { path: { customerId, contractId: String(id) }, header: aKey() },
    }),
  );
};

/** A form with its JSON in the part `data`. A document would be the part `document`. */
const inForm = ({ data }: { readonly data: object }) => {
  const form = new FormData();
  form.set("data", JSON.stringify(data));
  return form;
};

const pause = async (client: Client) => {
  const contractId = String((await contractOf(client, "1040")).id);
  const of = { params: { path: { contractId } } };
  const pauses = "/v1/memberships/{contractId}/self-service/idle-periods";
  const { firstPossibleStartDate, idlePeriodReasons } = await dataOf(client.GET(`${pauses}/config`, of));
  const startDate = String(firstPossibleStartDate);
  const reasonId = Number(idlePeriodReasons?.find(({ documentRequired }) => !documentRequired)?.id);
  const wanted = { startDate, temporalUnit: "MONTH", termValue: 1 } as const;
  await dataOf(client.POST(`${pauses}/validate`, { ...of, body: wanted }));
  await dataOf(client.GET(`${pauses}/remaining`, of));
  const created = await dataOf(
    client.POST(pauses, {
      params: { ...of.params, header: aKey() },
      body: { data: { ...wanted, reasonId } },
      bodySerializer: inForm,
    }),
  );
  const one = { path: { contractId, idlePeriodId: String(created.id) } };
  await dataOf(client.GET(`${pauses}/{idlePeriodId}`, { params: one }));
  const shorter = { startDate, endDate: startDate, unlimited: false, reasonId };
  await dataOf(client.PUT(`${pauses}/{idlePeriodId}/preview`, { params: one, body: shorter }));
  await dataOf(
    client.PUT(`${pauses}/{idlePeriodId}`, {
      params: { ...one, header: aKey() },
      body: { data: shorter },
      bodySerializer: inForm,
    }),
  );
  await dataOf(client.DELETE(`${pauses}/{idlePeriodId}`, { params: { ...one, header: aKey() } }));
  await dataOf(client.GET(pauses, of));
};

const buyAddOn = async (client: Client) => {
  const contractId = String((await contractOf(client, "1003")).id);
  const of = { params: { path: { contractId } } };
  const modules = "/v1/memberships/{contractId}/self-service/additional-modules";
  await dataOf(client.GET("/v1/memberships/self-service/additional-modules"));
  await dataOf(client.GET(`${modules}/purchasable`, of));
  const wanted = { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false };
  await dataOf(client.POST(`${modules}/validate`, { ...of, body: wanted }));
  const bought = await dataOf(
    client.POST(`${modules}/purchase`, { params: { ...of.params, header: aKey() }, body: wanted }),
  );
  const booked = "/v1/memberships/{contractId}/self-service/additional-module-contracts/{additionalModuleContractId}";
  const one = { path: { contractId, additionalModuleContractId: String(bought.id) } };
  const { availableCancelationDates } = await dataOf(client.GET(booked, { params: one }));
  const cancelationDate = availableCancelationDates?.[0] ?? "";
  await dataOf(
    client.POST(`${booked}/ordinary-cancelation`, {
      params: { ...one, header: aKey() },
      body: { cancelationDate, cancelationReasonId: 1001 },
    }),
  );
  await dataOf(client.POST(`${booked}/withdraw-cancelation`, { params: { ...one, header: aKey() } }));
};

const changeData = async (client: Client) => {
  const customerId = "1026";
  const of = { params: { path: { customerId } } };
  const write = () => ({ params: { path: { customerId }, header: aKey() } });
  const data = "/v1/customers/{customerId}/self-service";
  await dataOf(client.GET(`${data}/contact-data`, of));
  const { id } = await dataOf(client.POST(`${data}/contact-data`, { ...write(), body: { email: "kim@example.com" } }));
  await dataOf(
    client.DELETE(`${data}/amendment/{amendmentId}`, {
      params: { path: { customerId, amendmentId: String(id) }, header: aKey() },
    }),
  );
  await dataOf(client.GET(`${data}/address-data`, of));
  const address = { street: "Lindenweg", houseNumber: "7", zipCode: "10115", city: "Berlin", countryCode: "DE" };
  await dataOf(client.POST(`${data}/address-data`, { ...write(), body: address }));
  await dataOf(client.GET(`${data}/master-data`, of));
  const person = {
    firstName: "Kim",
    lastName: "Lindner",
    gender: "UNISEX",
    customerTitle: "NONE",
    dateOfBirth: "1990-05-17",
  } as const;
  await dataOf(client.POST(`${data}/master-data`, { ...write(), body: person }));
  await dataOf(client.GET(`${data}/payment-data`, of));
  const bank = { bankName: "Musterbank", bic: "BYLADEM1001", iban: "DE02120300000000202051" };
  await dataOf(client.POST(`${data}/payment-data`, { ...write(), body: { ...bank, accountHolder: "Kim Lindner" } }));
};

/** Calls every operation with a typed client. Gives method and path of each, and the status of its answer. */
export const callEverything = async (baseUrl: string, token: string): Promise<ReadonlyMap<string, number>> => {
  const called = new Map<string, number>();
  const client = clientOf(baseUrl, token, (status, template) => void called.set(template, status));
  await cancelAndWithdraw(client);
  await withdrawByStatute(client);
  await pause(client);
  await buyAddOn(client);
  await changeData(client);
  return called;
};

/** A problem is typed, too. */
export const codeOfUnknownMember = async (baseUrl: string, token: string): Promise<string | undefined> => {
  const client = clientOf(baseUrl, token, () => {});
  const path = "/v1/memberships/{customerId}/self-service/contract-data";
  const { error } = await client.GET(path, { params: { path: { customerId: "999999999999" } } });
  return error && "code" in error ? error.code : undefined;
};
