import type { PerfectGym } from "#lib/perfectgym/client.ts";
import { type Day, dayIn } from "./calendar.ts";
import type { Run } from "./messages.ts";
import { type Policy, policies } from "./policies.ts";

/** What decides for a studio which reminders are due. */
export interface Rules {
  readonly policy: Policy;
  /** In the studio's time zone. */
  readonly today: Day;
}

export interface RulesEffects {
  readonly perfectgym: Pick<PerfectGym, "settings">;
  readonly now: () => number;
  /** The stage's, for studios that have none of their own. */
  readonly settings: {
    /** A policy's name. */
    readonly policy: string;
    /** IANA name. */
    readonly timeZone: string;
  };
}

/** No policy or time zone has this name, or an option is not allowed here. The message says what to use instead. */
export class RemindersMisconfigured extends Error {
  override readonly name = "RemindersMisconfigured";
}

/** @throws RemindersMisconfigured */
export const policyNamed = (name: string): Policy => {
  const found: Policy | undefined = Object.values(policies).find((policy) => policy.name === name);
  if (found) return found;
  throw new RemindersMisconfigured(
    `unknown reminder policy ${name}: choose one of ${Object.keys(policies).join(", ")}`,
  );
};

/** A studio's policy and date: from its own entry in the secret, else from the stage. @throws RemindersMisconfigured */
export const rulesOf = async (
  { perfectgym, settings, now }: RulesEffects,
  { studioId, today }: Run,
): Promise<Rules> => {
  const { reminderPolicy = settings.policy, timeZone = settings.timeZone } = await perfectgym.settings(studioId);
  return { policy: policyNamed(reminderPolicy), today: today ?? todayIn(timeZone, now()) };
};

const todayIn = (timeZone: string, now: number): Day => {
  try {
    return dayIn(timeZone, now);
  } catch (cause) {
    throw new RemindersMisconfigured(`unknown time zone ${timeZone}: use an IANA name such as Europe/Berlin`, {
      cause,
    });
  }
};
