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

/** Of the ways to write a schedule, those that a machine without AWS runs. */
const scheduleEvent = z.object({ schedule: z.string().regex(/^rate\(\d+ minutes?\)$/) });

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
      events: z.array(z.union([httpApiEvent, scheduleEvent])),
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
