// Exports the TypeScript functions that serverless.yml names. osls cannot load a .ts file as a variable source.

export { writeEvents } from "#lib/operations/operation.ts";
export { alarms } from "./config/forbidden-alarms.ts";
export { cors, stage } from "./config/http-api.ts";
export { dashboard, queries } from "./config/insights.ts";
export { alarmEmail, domain, domainOutputs } from "./config/optional-resources.ts";
export { audience, entitlements, issuerUrl, signIn, tokenUrl } from "./config/partners.ts";
export { release } from "./config/release.ts";
export { roles } from "./config/roles.ts";
export { settings } from "./config/settings.ts";
export { webhookEndpoints, webhookFunctions, webhookQueues, webhooks } from "./config/webhooks.ts";
