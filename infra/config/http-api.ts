import naming from "osls/lib/plugins/aws/lib/naming.js";
import { settings } from "./settings.ts";
import { functionsOf, type Variables } from "./variables.ts";

/** Limits of a route for all partners together, in requests per second and at once, by the stage's settings. */
const throttlingOf = (perSecond: number) => ({ ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: 2 * perSecond });

/** Throttling of the stage and of each route. A stage can only name routes that exist, so it depends on them. */
export const stage = async (variables: Variables) => {
  const { readsPerSecond, writesPerSecond } = await settings(variables);
  const [perRead, perWrite] = [throttlingOf(readsPerSecond), throttlingOf(writesPerSecond)];
  const events = Object.values(await functionsOf(variables)).flatMap((each) => each.events);
  const keys = events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : []));
  return {
    DependsOn: keys.map((key) => naming.getHttpApiRouteLogicalId(key)),
    Properties: {
      // The functions' own metrics say more, by operation and kind of answer, and cost only while somebody calls.
      DefaultRouteSettings: { DetailedMetricsEnabled: false, ...perRead },
      RouteSettings: Object.fromEntries(keys.map((key) => [key, key.startsWith("GET ") ? perRead : perWrite])),
    },
  };
};

/** CORS. Off, unless the setting `corsOrigins` lists the origins of browser apps. */
export const cors = async (variables: Variables) => {
  const { corsOrigins } = await settings(variables);
  if (corsOrigins.length === 0) return false;
  return {
    allowedOrigins: corsOrigins,
    allowedMethods: ["GET", "POST", "PUT", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "accept-language", "studio-id", "traceparent", "idempotency-key"],
    exposedResponseHeaders: [
      "x-request-id",
      "retry-after",
      "idempotent-replayed",
      "ratelimit-policy",
      "ratelimit",
      "deprecation",
      "sunset",
    ],
    maxAge: 3600,
  };
};
