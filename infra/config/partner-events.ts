import { settings } from "./settings.ts";
import type { Asked } from "./variables.ts";

/** The resources that send reminders to a partner's endpoint. None if the setting `partnerEventsUrl` names no endpoint. */
export const partnerEvents = async (variables: Asked): Promise<unknown> => {
  const { partnerEventsUrl } = await settings(variables);
  if (!partnerEventsUrl) return {};
  return variables.resolveVariable("file(infra/resources/partner-events.yml):Resources");
};
