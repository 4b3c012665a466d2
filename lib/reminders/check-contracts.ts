import * as z from "zod/mini";
import { getContractData } from "#lib/operations/contracts.ts";
import { answerId, calendarDate, money } from "#lib/operations/fields.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { dueStep } from "./due.ts";
import type { CancelationReminderDue, MemberMessage } from "./messages.ts";
import { type PublishEffects, publishOnce } from "./publish-once.ts";
import { reminderIdOf } from "./reminder-id.ts";
import type { Rules } from "./rules.ts";
import { oneAttempt } from "./upstream-calls.ts";

export interface ContractEffects extends PublishEffects {
  readonly perfectgym: Pick<PerfectGym, "call">;
}

/** What the job needs of a contract. A name, price or end date that is not as documented must not stop a reminder. */
const contract = z.looseObject({
  id: answerId,
  contractStatus: z.string(),
  cancelationStatus: z.nullish(z.string()),
  lastPossibleCancelationDate: z.nullish(calendarDate),
  endDate: z.catch(z.nullish(calendarDate), null),
  rateName: z.catch(z.nullish(z.string()), null),
  priceDetails: z.catch(z.nullish(z.looseObject({ currentPrice: money })), null),
});

type Contract = z.infer<typeof contract>;

/** Reads a member's contracts, and publishes the reminders that are due. A dry run only reads. @throws UpstreamError, and as publishOnce */
export const checkContracts = async (
  effects: ContractEffects,
  message: MemberMessage,
  rules: Rules,
): Promise<{ readonly contracts: readonly Contract[]; readonly reminders: readonly CancelationReminderDue[] }> => {
  const contracts = await readContracts(effects, message);
  const due = contracts.flatMap((each) => reminderOf(each, message, rules) ?? []);
  return { contracts, reminders: message.dryRun ? due : await publishOnce(effects, due) };
};

/** A member whom the upstream itself does not know any more has no contracts. */
const readContracts = async (
  { perfectgym }: ContractEffects,
  { studioId, customerId }: MemberMessage,
): Promise<readonly Contract[]> => {
  try {
    const { json } = await perfectgym.call(getContractData, { studioId, params: { customerId }, ...oneAttempt });
    return z.array(contract).parse(json);
  } catch (error) {
    if (error instanceof UpstreamRefused && error.status === 404) return [];
    throw error;
  }
};

const reminderOf = (
  each: Contract,
  { studioId, customerId }: MemberMessage,
  { policy, today }: Rules,
): CancelationReminderDue | undefined => {
  const due = dueStep(each, { policy, today });
  if (!due) return undefined;
  const { id: contractId, endDate = null, rateName = null, priceDetails } = each;
  const { amount, currency } = priceDetails?.currentPrice ?? {};
  return {
    reminderId: reminderIdOf({ studioId, contractId, deadline: due.deadline, step: due.step }),
    studioId,
    customerId,
    contractId: String(contractId),
    lastPossibleCancelationDate: due.deadline,
    endDate,
    daysLeft: due.daysLeft,
    step: due.step,
    policy: policy.name,
    rateName,
    currentPrice: amount === undefined || currency === undefined ? null : { amount, currency },
  };
};
