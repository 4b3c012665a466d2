import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import * as z from "zod";

const textOrList = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const keyPart = z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) });

const httpApiEvent = z.object({
  httpApi: z.object({
    method: z.string(),
    path: z.string(),
    authorizer: z.object({ name: z.string(), scopes: textOrList }).optional(),
  }),
});

/** A rate runs here too; what has a time of day is started by hand. */
const scheduleEvent = z.object({
  schedule: z.union([z.string().regex(/^rate\(\d+ minutes?\)$/), z.object({ method: z.literal("scheduler") })]),
});

const getAtt = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });

const sqsEvent = z.object({
  sqs: z.object({ arn: getAtt, batchSize: z.number(), maximumConcurrency: z.number() }),
});

const eventBridgeEvent = z.object({
  eventBridge: z.object({
    pattern: z.strictObject({ source: z.array(z.string()), "detail-type": z.array(z.string()) }),
  }),
});

const queue = z.object({
  VisibilityTimeout: z.number().optional(),
  RedrivePolicy: z.object({ deadLetterTargetArn: getAtt, maxReceiveCount: z.number() }).optional(),
});

const attributes = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
  KeySchema: z.array(keyPart),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(keyPart),
        Projection: z.object({
          ProjectionType: z.enum(["ALL", "KEYS_ONLY", "INCLUDE"]),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  BillingMode: z.literal("PAY_PER_REQUEST"),
});

const rateLimit = z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() });

const cors = z.object({
  allowedOrigins: z.array(z.string()),
  allowedMethods: z.array(z.string()),
  allowedHeaders: z.array(z.string()),
  exposedResponseHeaders: z.array(z.string()),
  maxAge: z.number(),
});

const environment = z.record(z.string(), z.union([z.string(), z.number(), z.object({ Ref: z.string() })]));

/** What of the resolved serverless configuration a machine without AWS can act on. */
const resolved = z.object({
  provider: z.object({
    region: z.string(),
    memorySize: z.number(),
    timeout: z.number(),
    environment,
    httpApi: z.object({
      cors: z.union([z.literal(false).transform(() => undefined), cors]),
      authorizers: z.object({
        partners: z.object({ type: z.literal("jwt"), issuerUrl: z.string(), audience: textOrList }),
      }),
    }),
  }),
  functions: z.record(
    z.string(),
    z.object({
      name: z.string(),
      handler: z.string(),
      timeout: z.number().optional(),
      memorySize: z.number().optional(),
      environment: environment.optional(),
      events: z.array(z.union([httpApiEvent, scheduleEvent, sqsEvent, eventBridgeEvent])),
    }),
  ),
  resources: z.object({
    Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })),
    extensions: z.object({
      HttpApiStage: z.object({
        Properties: z.object({ DefaultRouteSettings: rateLimit, RouteSettings: z.record(z.string(), rateLimit) }),
      }),
    }),
  }),
  custom: z.object({ esbuild: z.looseObject({ outputFileExtension: z.string(), plugins: z.string() }) }),
});

export type HttpApi = z.infer<typeof httpApiEvent>["httpApi"];

/** The service as `serverless.yml` describes it, at stage `local`. */
export type Service = z.infer<typeof resolved>;

export type QueueResource = z.infer<typeof queue>;

/** The service's queues by logical id, those that only take dead letters first. */
export const queuesOf = ({ resources }: Service): Record<string, QueueResource> => {
  const found = Object.entries(resources.Resources)
    .filter(([, { Type }]) => Type === "AWS::SQS::Queue")
    .map(([id, { Properties }]) => [id, queue.parse(Properties)] as const);
  const isSource = ([, { RedrivePolicy }]: (typeof found)[number]) => RedrivePolicy !== undefined;
  return Object.fromEntries([...found.filter((each) => !isSource(each)), ...found.filter(isSource)]);
};

/** The service with these functions only. */
export const only = (
  service: Service,
  isWanted: (events: Service["functions"][string]["events"]) => boolean,
): Service => ({
  ...service,
  functions: Object.fromEntries(Object.entries(service.functions).filter(([, { events }]) => isWanted(events))),
});

/** Without what a queue or a time of day starts. */
export const withoutQueues = (service: Service): Service =>
  only(service, (events) =>
    events.every((event) => !("sqs" in event) && !("schedule" in event && typeof event.schedule === "object")),
  );

export type Tables = Readonly<Record<string, z.infer<typeof attributes>>>;

/** The service's tables, by logical id: the name under which the functions find them here. */
export const tablesOf = ({ resources }: Service): Tables =>
  Object.fromEntries(
    Object.entries(resources.Resources)
      .filter(([, { Type }]) => Type === "AWS::DynamoDB::Table")
      .map(([id, { Properties }]) => [id, attributes.parse(Properties)]),
  );

/** Has osls resolve the very configuration that is deployed, with these stage parameters. @throws Error with what osls says */
export const resolveService = async (parameters: Readonly<Record<string, string>>): Promise<Service> => {
  const osls = createRequire(import.meta.url).resolve("osls/bin/serverless.js");
  const params = Object.entries(parameters).flatMap(([name, value]) => (value ? ["--param", `${name}=${value}`] : []));
  const args = [osls, "print", "--format", "json", "--stage", "local", ...params];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  return resolved.parse(JSON.parse(stdout));
};
