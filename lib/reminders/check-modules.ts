import * as z from "zod/mini";
import { getAdditionalModuleContract } from "#lib/operations/additional-modules.ts";
import { getCustomersContracts } from "#lib/operations/customers.ts";
import { answerId, calendarDate, money } from "#lib/operations/fields.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { isForbidden, UpstreamRefused } from "#lib/perfectgym/errors.ts";
import type { Day } from "./calendar.ts";
import type { MemberEffects } from "./check-one-member.ts";
import { type CheckRules, stepTo } from "./due.ts";
import type { MemberMessage, ModuleCancelationReminderDue } from "./messages.ts";
import {
  afterListing,
  afterReading,
  furtherCall,
  type KnownModule,
  type KnownModules,
  type ListedModule,
  lastChances,
  nextLeadDay,
  nextModuleCheck,
} from "./modules.ts";
import { publishOnce } from "./publish-once.ts";
import { reminderIdOf } from "./reminder-id.ts";
import { oneAttempt } from "./upstream-calls.ts";

interface ModulesChecked {
  readonly reminders: readonly ModuleCancelationReminderDue[];
  readonly known: KnownModules;
  /** The day after today from which modules make the member due for a check, if they do. */
  readonly nextCheck: Day | undefined;
  /** The studio's key may not read modules. The next check tries again. */
  readonly isForbidden: boolean;
}

/** The modules of a member's contracts. Only their ids must be as documented. */
const contractsWithModules = z.array(
  z.looseObject({
    id: answerId,
    moduleContracts: z.nullish(
      z.array(
        z.looseObject({
          id: answerId,
          contractStatus: z.optional(z.unknown()),
          cancelled: z.optional(z.unknown()),
          endDate: z.catch(z.optional(calendarDate), undefined),
        }),
      ),
    ),
  }),
);

/** What the job needs of a booked module. An unknown status means that no reminder is due. */
const moduleContract = z.looseObject({
  contractCancelationStatus: z.nullish(z.string()),
  lastPossibleCancelationDate: z.nullish(calendarDate),
  endDate: z.catch(z.nullish(calendarDate), null),
  name: z.catch(z.nullish(z.string()), null),
  price: z.catch(z.nullish(money), null),
});

type ModuleContract = z.infer<typeof moduleContract>;

/**
 * Makes at most one further call for a member: her list of contracts, or one of her modules. Publishes the reminder of
 * that module, if one is due. A dry run only reads. @throws UpstreamError, and as publishOnce
 */
export const checkModules = async (
  effects: MemberEffects,
  message: MemberMessage,
  rules: CheckRules,
): Promise<ModulesChecked> => {
  const before = await effects.members.knownModules(message.studioId, message.customerId);
  try {
    const { known, read } = await callOnce(effects, message, { before, rules });
    const remembered = lastChances(known, rules).map((module) => ({ module }));
    const due = [...read, ...remembered].flatMap((each) => reminderOf(each, message, rules) ?? []);
    const reminders = message.dryRun ? due : await publishOnce(effects, due);
    return { reminders, known, nextCheck: nextModuleCheck(known, rules), isForbidden: false };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return { reminders: [], known: before, nextCheck: nextLeadDay(before, rules), isForbidden: true };
  }
};

/** A module, and what the upstream said of it if it was read now. */
interface Known {
  readonly module: KnownModule;
  readonly contract?: ModuleContract;
}

const callOnce = async (
  effects: MemberEffects,
  message: MemberMessage,
  { before, rules }: { readonly before: KnownModules; readonly rules: CheckRules },
): Promise<{ readonly known: KnownModules; readonly read: readonly Known[] }> => {
  const { today } = rules;
  const next = furtherCall(before, rules);
  if (next === undefined) return { known: before, read: [] };
  if (next === "list") {
    const { customerId } = message;
    const contracts =
      (await read(effects, message, { operation: getCustomersContracts, params: { customerId } })) ?? [];
    return { known: afterListing(before, listedIn(contracts, today), today), read: [] };
  }
  const params = { contractId: next.contractId, additionalModuleContractId: next.id };
  const answer = await read(effects, message, { operation: getAdditionalModuleContract, params });
  const contract = answer === undefined ? {} : moduleContract.parse(answer);
  const now = { readOn: today, deadline: openDeadline(contract, today) };
  return { known: afterReading(before, next, now), read: [{ module: { ...next, ...now }, contract }] };
};

/** Undefined if the upstream itself does not know it any more. */
const read = async (
  { perfectgym }: MemberEffects,
  { studioId }: MemberMessage,
  { operation, params }: { readonly operation: Operation; readonly params: Readonly<Record<string, string>> },
): Promise<unknown> => {
  try {
    return (await perfectgym.call(operation, { studioId, params, ...oneAttempt })).json;
  } catch (error) {
    if (error instanceof UpstreamRefused && error.status === 404) return undefined;
    throw error;
  }
};

/** Modules that run or are to begin, and are not canceled. */
const listedIn = (contracts: unknown, today: Day): readonly ListedModule[] =>
  contractsWithModules.parse(contracts).flatMap(({ id: contractId, moduleContracts }) =>
    (moduleContracts ?? [])
      .filter(({ cancelled, contractStatus }) => cancelled !== true && contractStatus !== "INACTIVE")
      .filter(({ endDate }) => endDate === undefined || endDate >= today)
      .map(({ id, endDate }) => ({ contractId: String(contractId), id: String(id), endDate })),
  );

/** The deadline of a module that can still be canceled. Undefined if it has a cancelation, also an unverified one. */
const openDeadline = (
  { contractCancelationStatus: status, lastPossibleCancelationDate: deadline }: ModuleContract,
  today: Day,
): Day | undefined => (status == null && deadline && deadline >= today ? deadline : undefined);

const reminderOf = (
  { module, contract }: Known,
  { studioId, customerId }: MemberMessage,
  { policy, today }: CheckRules,
): ModuleCancelationReminderDue | undefined => {
  const { contractId, id: moduleId, deadline, readOn = today } = module;
  const due = deadline && stepTo(deadline, { policy, today });
  if (!due) return undefined;
  const { amount, currency } = contract?.price ?? {};
  return {
    reminderId: reminderIdOf({ studioId, contractId, moduleId, deadline, step: due.step }),
    studioId,
    customerId,
    contractId,
    additionalModuleContractId: moduleId,
    lastPossibleCancelationDate: deadline,
    endDate: contract?.endDate ?? module.endDate ?? null,
    daysLeft: due.daysLeft,
    step: due.step,
    policy: policy.name,
    name: contract?.name ?? null,
    price: amount === undefined || currency === undefined ? null : { amount, currency },
    asOf: readOn,
  };
};
