import { type Day, dayIn } from "./calendar.ts";
import type { RunEffects } from "./effects.ts";
import type { Run } from "./messages.ts";
import { type Policy, policies } from "./policies.ts";

/** A name that no policy or time zone has; the message names it and where it stands. */
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

/** What holds for a studio: its own settings in the secret before the stage's. @throws RemindersMisconfigured */
export const rulesOf = async (
  { perfectgym, settings, now }: RunEffects,
  { studioId, today }: Run,
): Promise<{ policy: Policy; today: Day }> => {
  const { reminderPolicy, timeZone = settings.timeZone } = await perfectgym.settings(studioId);
  const policy = reminderPolicy === undefined ? settings.policy : policyNamed(reminderPolicy);
  return { policy, today: today ?? todayIn(timeZone, now()) };
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
