import naming from "osls/lib/plugins/aws/lib/naming.js";
import { functionsOf, Misconfigured, parameter, type Variables } from "./variables.ts";

/** Limits of a route, in requests per second and at once. Writes are rare: many of them are a mistake or an attack. */
const perStage = { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 };
const perRead = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };
const perWrite = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

/** Throttling of the stage and of each route. A stage can only name routes that exist, so it depends on them. */
export const stage = async (variables: Variables) => {
  const events = Object.values(await functionsOf(variables)).flatMap((each) => each.events);
  const keys = events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : []));
  return {
    DependsOn: keys.map((key) => naming.getHttpApiRouteLogicalId(key)),
    Properties: {
      DefaultRouteSettings: { DetailedMetricsEnabled: true, ...perStage },
      RouteSettings: Object.fromEntries(
        keys.map((key) => [key, { DetailedMetricsEnabled: true, ...(key.startsWith("GET ") ? perRead : perWrite) }]),
      ),
    },
  };
};

const isOrigin = (text: string): boolean =>
  URL.parse(text)?.origin === text && /^https:\/\/[^*]+$|^http:\/\/localhost(:\d+)?$/.test(text);

/** CORS. Off, unless the stage parameter `corsOrigins` lists the origins of browser apps, separated by commas. */
export const cors = async (variables: Variables) => {
  const origins = (await parameter(variables, "corsOrigins")).split(",").filter(Boolean);
  if (origins.length === 0) return false;
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong) throw new Misconfigured(`corsOrigins: ${wrong} is not an origin, for example https://app.example.com`);
  return {
    allowedOrigins: origins,
    allowedMethods: ["GET", "POST", "PUT", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "accept-language", "studio-id", "traceparent", "idempotency-key"],
    exposedResponseHeaders: ["x-request-id", "retry-after", "idempotent-replayed"],
    maxAge: 3600,
  };
};
