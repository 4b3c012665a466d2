import * as z from "zod";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment, getCustomerContactData } from "#lib/operations/contact-data.ts";
import {
  createContractCancelationAmendment,
  getContractData,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import type { Plan } from "./plan.ts";
import type { World } from "./world.ts";

/** The writes that the callers of a run send: a body for each wish. */
export interface Subject {
  readonly customerId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly bodies: readonly (object | undefined)[];
  /** Whether the studio's data can show that it was not carried out. */
  readonly isAbsenceShown: boolean;
}

/** A run needs a member with something to cancel or change. It tries this many. */
export const candidates = 20;

/** The first ids belong to the sandbox's cast of special cases. */
const firstCustomerId = 1_100;

const contracts = z.array(
  z.object({
    id: z.number(),
    contractStatus: z.string(),
    cancelationStatus: z.string().optional(),
    availableCancelationDates: z.array(z.string()).default([]),
  }),
);
const contact = z.object({ amendmentConfigurationStatus: z.string(), pendingAmendment: z.unknown().optional() });
const amended = z.object({ id: z.int() });

interface Studio {
  readonly call: (operation: Operation, params: Readonly<Record<string, string>>, body?: object) => Promise<unknown>;
}

/** Calls the studio directly, not through the gateway. */
const studioOf = (world: World, { studioId }: Plan): Studio => ({
  call: async (operation, params, body) => {
    const { method } = operation;
    const url = world.studios[studioId].url + pathOf(operation, params);
    const ask = () => {
      const headers = { "x-api-key": world.apiKey(), "content-type": "application/json" };
      return fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    };
    let response = await ask();
    while (response.status === 401) response = await ask(); // the key was replaced meanwhile
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status}`);
    return response.json();
  },
});

const cancelable = async (studio: Studio, customerId: string) => {
  const found = contracts.parse(await studio.call(getContractData, { customerId }));
  return found.find(
    (each) => each.contractStatus === "ACTIVE" && !each.cancelationStatus && each.availableCancelationDates.length > 1,
  );
};

const cancelationsOf = async (studio: Studio, customerId: string): Promise<Subject | undefined> => {
  const contract = await cancelable(studio, customerId);
  const bodies = contract?.availableCancelationDates.map((cancelationDate) => ({
    contractId: contract.id,
    cancelationDate,
    cancelationReasonId: 1001,
  }));
  return bodies && { customerId, params: { customerId }, bodies, isAbsenceShown: true };
};

const withdrawalOf = async (studio: Studio, customerId: string): Promise<Subject | undefined> => {
  const subject = await cancelationsOf(studio, customerId);
  const [body] = subject?.bodies ?? [];
  if (!body || !("contractId" in body)) return undefined;
  await studio.call(createContractCancelationAmendment, { customerId }, body);
  const params = { customerId, contractId: String(body.contractId) };
  return { customerId, params, bodies: [undefined], isAbsenceShown: true };
};

const changeOf = async (studio: Studio, customerId: string): Promise<Subject | undefined> => {
  const { amendmentConfigurationStatus, pendingAmendment } = contact.parse(
    await studio.call(getCustomerContactData, { customerId }),
  );
  if (amendmentConfigurationStatus === "READ" || pendingAmendment !== undefined) return undefined;
  return {
    customerId,
    params: { customerId },
    // As people write it. No system stores it like this.
    bodies: ["New", "Other"].map((name, place) => ({
      email: `${name}-${customerId}@Example.com`,
      phonePrivate: `0170/40690${place}${customerId}`,
    })),
    isAbsenceShown: amendmentConfigurationStatus === "CHANGES_REQUIRE_VERIFICATION",
  };
};

const takingBackOf = async (studio: Studio, customerId: string): Promise<Subject | undefined> => {
  const { amendmentConfigurationStatus, pendingAmendment } = contact.parse(
    await studio.call(getCustomerContactData, { customerId }),
  );
  if (amendmentConfigurationStatus !== "CHANGES_REQUIRE_VERIFICATION" || pendingAmendment !== undefined)
    return undefined;
  const body = { email: `new-${customerId}@example.com` };
  const { id } = amended.parse(await studio.call(createCustomerContactDataAmendment, { customerId }, body));
  return { customerId, params: { customerId, amendmentId: String(id) }, bodies: [undefined], isAbsenceShown: false };
};

const subjectsOf: Readonly<Record<string, typeof cancelationsOf>> = {
  [createContractCancelationAmendment.id]: cancelationsOf,
  [withdrawContractCancelation.id]: withdrawalOf,
  [createCustomerContactDataAmendment.id]: changeOf,
  [withdrawAmendment.id]: takingBackOf,
};

/** A member for whom the run's operation is possible, and who is in no other run. */
export const findSubject = async (world: World, plan: Plan): Promise<Subject> => {
  const studio = studioOf(world, plan);
  for (let place = 0; place < candidates; place++) {
    const customerId = String(firstCustomerId + plan.run * candidates + place);
    const subject = await subjectsOf[plan.operation.id]?.(studio, customerId);
    if (subject) return subject;
  }
  throw new Error(`no member fits run ${plan.run}`);
};

/** The number of members that this many runs need. */
export const membersFor = (runs: number): number => firstCustomerId + runs * candidates;
