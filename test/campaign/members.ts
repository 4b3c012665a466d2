import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { dayOf, days, plus } from "#infra/sandbox/members/calendar.ts";
import {
  createModuleContractCancelationAmendment,
  getAdditionalModuleContract,
  purchaseAdditionalModuleContract,
  withdrawAdditionalModuleContractCancelation,
} from "#lib/operations/additional-modules.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment, getCustomerContactData } from "#lib/operations/contact-data.ts";
import {
  createContractCancelationAmendment,
  createContractWithdrawalAmendment,
  getContractData,
  withdrawContractCancelation,
} from "#lib/operations/contracts.ts";
import { getCustomersContracts } from "#lib/operations/customers.ts";
import { createIdlePeriodAmendment, updateIdlePeriod, withdrawIdlePeriod } from "#lib/operations/idle-periods.ts";
import { type Operation, pathOf } from "#lib/operations/operation.ts";
import { bodyFor } from "../forms.ts";
import type { Plan } from "./plan.ts";
import { readLagMs, type World } from "./world.ts";

/** The writes that the callers of a run send: a body for each wish. */
export interface Subject {
  readonly customerId: string;
  readonly params: Readonly<Record<string, string>>;
  readonly bodies: readonly (object | undefined)[];
  /** Whether the caller's token can read, and the studio's data then show, that it was carried out. */
  readonly isShown: boolean;
  /** Whether they can show that it was not carried out. */
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
const origins = z.array(z.object({ id: z.number(), contractOrigin: z.string(), reversed: z.boolean() }));
const contact = z.object({ amendmentConfigurationStatus: z.string(), pendingAmendment: z.unknown().optional() });
const amended = z.object({ id: z.int() });
const booked = amended;
const module = z.object({ availableCancelationDates: z.array(z.string()) });

const dayIn = (count: number): string => plus(dayOf(new Date()), days(count));

const newPause = (startsInDays: number) => ({
  startDate: dayIn(startsInDays),
  temporalUnit: "MONTH",
  termValue: 1,
  reasonId: 2002,
});

const idsOf = ({ id }: { readonly id: number }) => ({ contractId: String(id) });

interface Studio {
  readonly call: (operation: Operation, params: Readonly<Record<string, string>>, body?: object) => Promise<unknown>;
}

/** Calls the studio directly, not through the gateway. If its reads lag, waits until one shows what was just written. */
const studioOf = (world: World, { studioId }: Pick<Plan, "studioId">): Studio => ({
  call: async (operation, params, body) => {
    const { method } = operation;
    const url = world.studios[studioId].url + pathOf(operation, params);
    const ask = () => {
      const { headers, ...sent } = bodyFor(operation, body);
      return fetch(url, { method, headers: { ...headers, "x-api-key": world.apiKey() }, ...sent });
    };
    let response = await ask();
    while (response.status === 401) response = await ask(); // the key was replaced meanwhile
    while (response.status === 404 && studioId === "lagging") {
      await sleep(readLagMs / 10);
      response = await ask();
    }
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
  return bodies && { customerId, params: { customerId }, bodies, isShown: true, isAbsenceShown: true };
};

const withdrawalOf = async (studio: Studio, customerId: string): Promise<Subject | undefined> => {
  const subject = await cancelationsOf(studio, customerId);
  const [body] = subject?.bodies ?? [];
  if (!body || !("contractId" in body)) return undefined;
  await studio.call(createContractCancelationAmendment, { customerId }, body);
  const params = { customerId, contractId: String(body.contractId) };
  return { customerId, params, bodies: [undefined], isShown: true, isAbsenceShown: true };
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
    isShown: true,
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
  return {
    customerId,
    params: { customerId, amendmentId: String(id) },
    bodies: [undefined],
    isShown: false,
    isAbsenceShown: false,
  };
};

const pausesOf: FindSubject = async (studio, customerId, { hasDocument }) => {
  const contract = await cancelable(studio, customerId);
  // The second overlaps the first.
  const bodies = [10, 30].map((count) => ({ ...newPause(count), reasonId: hasDocument ? 2001 : 2002 }));
  return contract && { customerId, params: idsOf(contract), bodies, isShown: true, isAbsenceShown: true };
};

const pausedOf = async (studio: Studio, customerId: string) => {
  const contract = await cancelable(studio, customerId);
  if (!contract) return undefined;
  const { id } = booked.parse(await studio.call(createIdlePeriodAmendment, idsOf(contract), newPause(10)));
  return { customerId, params: { ...idsOf(contract), idlePeriodId: String(id) } };
};

/** Data cannot show that a document arrived, nor that a change did not: another may have overwritten it. */
const shorteningOf: FindSubject = async (studio, customerId, { hasDocument }) => {
  const paused = await pausedOf(studio, customerId);
  const bodies = [20, 15].map((count) => ({ startDate: dayIn(10), endDate: dayIn(count), reasonId: 2002 }));
  return paused && { ...paused, bodies, isShown: !hasDocument, isAbsenceShown: false };
};

const pauseWithdrawalOf: FindSubject = async (studio, customerId) => {
  const paused = await pausedOf(studio, customerId);
  return paused && { ...paused, bodies: [undefined], isShown: true, isAbsenceShown: true };
};

const [sauna, drinks] = [
  { additionalModuleId: 2001, paymentFrequencyId: 11, bookTrialPeriod: false },
  { additionalModuleId: 2002, paymentFrequencyId: 21, bookTrialPeriod: true },
];

/** Only a member's token names the customer whose modules show a purchase. */
const purchasesOf: FindSubject = async (studio, customerId, { token }) => {
  const contract = await cancelable(studio, customerId);
  const isShown = token === "member";
  return contract && { customerId, params: idsOf(contract), bodies: [sauna, drinks], isShown, isAbsenceShown: isShown };
};

const moduleCancelationsOf: FindSubject = async (studio, customerId) => {
  const contract = await cancelable(studio, customerId);
  if (!contract) return undefined;
  const { id } = booked.parse(await studio.call(purchaseAdditionalModuleContract, idsOf(contract), sauna));
  const params = { ...idsOf(contract), additionalModuleContractId: String(id) };
  const { availableCancelationDates } = module.parse(await studio.call(getAdditionalModuleContract, params));
  const bodies = availableCancelationDates.map((cancelationDate) => ({ cancelationDate, cancelationReasonId: 1001 }));
  return { customerId, params, bodies, isShown: true, isAbsenceShown: true };
};

const moduleWithdrawalOf: FindSubject = async (studio, customerId, plan) => {
  const subject = await moduleCancelationsOf(studio, customerId, plan);
  if (!subject) return undefined;
  await studio.call(createModuleContractCancelationAmendment, subject.params, subject.bodies[0]);
  return { ...subject, bodies: [undefined] };
};

/** One that waits for the studio shows nowhere. */
const statutoryWithdrawalOf: FindSubject = async (studio, customerId, { studioId }) => {
  const found = origins.parse(await studio.call(getCustomersContracts, { customerId }));
  const contract = found.find(({ contractOrigin, reversed }) => contractOrigin === "CONNECT_API" && !reversed);
  const isShown = studioId !== "verified";
  return (
    contract && {
      customerId,
      params: { customerId, ...idsOf(contract) },
      bodies: [undefined],
      isShown,
      isAbsenceShown: false,
    }
  );
};

type FindSubject = (studio: Studio, customerId: string, plan: Plan) => Promise<Subject | undefined>;

const subjectsOf: Readonly<Record<string, FindSubject>> = {
  [createIdlePeriodAmendment.id]: pausesOf,
  [updateIdlePeriod.id]: shorteningOf,
  [withdrawIdlePeriod.id]: pauseWithdrawalOf,
  [purchaseAdditionalModuleContract.id]: purchasesOf,
  [createModuleContractCancelationAmendment.id]: moduleCancelationsOf,
  [withdrawAdditionalModuleContractCancelation.id]: moduleWithdrawalOf,
  [createContractCancelationAmendment.id]: cancelationsOf,
  [withdrawContractCancelation.id]: withdrawalOf,
  [createContractWithdrawalAmendment.id]: statutoryWithdrawalOf,
  [createCustomerContactDataAmendment.id]: changeOf,
  [withdrawAmendment.id]: takingBackOf,
};

/** A member for whom the run's operation is possible, and who is in no other run. */
export const findSubject = async (world: World, plan: Plan): Promise<Subject> => {
  const studio = studioOf(world, plan);
  for (let place = 0; place < candidates; place++) {
    const customerId = String(firstCustomerId + plan.run * candidates + place);
    const subject = await subjectsOf[plan.operation.id]?.(studio, customerId, plan);
    if (subject) return subject;
  }
  throw new Error(`no member fits run ${plan.run}`);
};

/** The number of members that this many runs need. */
export const membersFor = (runs: number): number => firstCustomerId + runs * candidates;
