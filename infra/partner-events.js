/** The resources that send reminders to a partner's endpoint; none unless the stage parameter names one. */
export const Resources = async ({ resolveVariable }) => {
  const url = String(await resolveVariable("param:partnerEventsUrl, ''"));
  if (url === "") return {};
  if (URL.parse(url)?.protocol !== "https:") {
    const message = "the stage parameter partnerEventsUrl must be an https URL";
    throw Object.assign(new Error(message), { stack: message });
  }
  return resolveVariable("file(infra/resources/partner-events.yml):Resources");
};
