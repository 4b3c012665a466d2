import { type ContractEffects, checkContracts } from "./check-contracts.ts";
import { checkModules } from "./check-modules.ts";
import { nextCheck, openDeadline } from "./due.ts";
import type { Members } from "./members.ts";
import type { MemberMessage, Reminder } from "./messages.ts";
import { spreadOf } from "./reminder-id.ts";
import type { Rules } from "./rules.ts";

export interface MemberEffects extends ContractEffects {
  readonly now: () => number;
  readonly members: Pick<Members, "recordCheck" | "knownModules">;
  readonly settings: {
    /** Whole days, at least 1. Each member is checked at least this often. */
    readonly recheckDays: number;
    /** Whether members are reminded of additional modules, too. That takes up to one further call for each check. */
    readonly modules: boolean;
  };
}

/**
 * Checks a member's contracts and modules, publishes the reminders that are due, and records the day of the next check.
 * A dry run only reads, and returns those that are due. @throws UpstreamError, and as publishOnce
 */
export const checkOneMember = async (
  effects: MemberEffects,
  message: MemberMessage,
  rules: Rules,
): Promise<{ readonly reminders: readonly Reminder[]; readonly modulesForbidden: boolean }> => {
  const { members, settings } = effects;
  const { studioId, customerId } = message;
  const begunAt = effects.now();
  const checkRules = { ...rules, recheckDays: settings.recheckDays, spread: spreadOf(studioId, customerId) };
  const { contracts, reminders } = await checkContracts(effects, message, rules);
  // Who has no contract has no module.
  const modules = settings.modules && contracts.length > 0 && (await checkModules(effects, message, checkRules));
  if (!message.dryRun) {
    const days = [
      nextCheck(contracts, checkRules),
      ...(modules && modules.nextCheck !== undefined ? [modules.nextCheck] : []),
    ];
    await members.recordCheck(studioId, customerId, {
      begunAt,
      nextCheck: days.reduce((first, day) => (day < first ? day : first)),
      deadlines: contracts.flatMap((each) => openDeadline(each, rules.today) ?? []),
      ...(modules && { modules: modules.known }),
    });
  }
  return modules
    ? { reminders: [...reminders, ...modules.reminders], modulesForbidden: modules.isForbidden }
    : { reminders, modulesForbidden: false };
};
