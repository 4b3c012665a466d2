import naming from "osls/lib/plugins/aws/lib/naming.js";

/** Requests a second and at once. A write is rare: many of them are a mistake or an attack. */
const perStage = { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 };
const perRead = { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 };
const perWrite = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

const routeKeys = async ({ resolveConfigurationProperty }) => {
  const functions = Object.assign({}, ...(await resolveConfigurationProperty(["functions"])));
  const events = Object.values(functions).flatMap(({ events }) => events);
  return events.flatMap(({ httpApi }) => (httpApi ? [`${httpApi.method} ${httpApi.path}`] : []));
};

/** Throttling of the stage and of each route; a stage may only name routes that exist, so it waits for them. */
export const stage = async (variables) => {
  const keys = await routeKeys(variables);
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

/** Off, unless the stage parameter `corsOrigins` lists the origins of browser apps, separated by commas. */
export const cors = async ({ resolveVariable }) => {
  const origins = String(await resolveVariable("param:corsOrigins, ''"))
    .split(",")
    .filter(Boolean);
  if (origins.length === 0) return false;
  const isOrigin = (text) =>
    URL.parse(text)?.origin === text && /^https:\/\/[^*]+$|^http:\/\/localhost(:\d+)?$/.test(text);
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong) {
    const message = `corsOrigins: ${wrong} is not an origin, for example https://app.example.com`;
    throw Object.assign(new Error(message), { stack: message });
  }
  return {
    allowedOrigins: origins,
    allowedMethods: ["GET", "POST", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "accept-language", "studio-id", "traceparent", "idempotency-key"],
    exposedResponseHeaders: ["x-request-id", "retry-after", "idempotent-replayed"],
    maxAge: 3600,
  };
};
