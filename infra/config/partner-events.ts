import { Misconfigured, parameter, type Variables } from "./variables.ts";

/** The resources that send reminders to a partner's endpoint. None if the stage parameter names no endpoint. */
export const partnerEvents = async (variables: Pick<Variables, "resolveVariable">): Promise<unknown> => {
  const url = await parameter(variables, "partnerEventsUrl");
  if (url === "") return {};
  if (URL.parse(url)?.protocol !== "https:")
    throw new Misconfigured("the stage parameter partnerEventsUrl must be an https URL");
  return variables.resolveVariable("file(infra/resources/partner-events.yml):Resources");
};
