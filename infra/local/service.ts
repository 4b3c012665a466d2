import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { type Bundles, bundle } from "#infra/bundle/bundle.ts";
import type { StageSettingsInput } from "#infra/config/settings.ts";
import { cacheFolder, contentKey, keyOf, writeWhole } from "./cache.ts";
import { StartFailed } from "./start-failed.ts";

const textOrList = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const keyPart = z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) });

const httpApiEvent = z.object({
  httpApi: z.object({
    method: z.string(),
    path: z.string(),
    authorizer: z.object({ name: z.string(), scopes: textOrList }).optional(),
  }),
});

/** A schedule with a rate runs here, too. You start a function with a time of day by hand. */
const scheduleEvent = z.object({
  schedule: z.union([
    z.string().regex(/^rate\(\d+ minutes?\)$/),
    z.object({ method: z.literal("scheduler"), enabled: z.boolean() }),
  ]),
});

const getAtt = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });

const sqsEvent = z.object({
  sqs: z.object({ arn: getAtt, batchSize: z.number(), maximumConcurrency: z.number() }),
});

const eventPattern = z.strictObject({
  source: z.array(z.string()),
  "detail-type": z.array(z.string()),
  detail: z.record(z.string(), z.array(z.string())).default({}),
});

export type EventPattern = z.infer<typeof eventPattern>;

const eventBridgeEvent = z.object({ eventBridge: z.object({ pattern: eventPattern }) });

/** A rule that sends events to queues. */
const rule = z.object({ EventPattern: eventPattern, Targets: z.array(z.object({ Arn: getAtt })) });

const queue = z.object({
  QueueName: z.string().optional(),
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

/** The parts of the resolved serverless configuration that a machine without AWS uses. */
const resolved = z.object({
  provider: z.looseObject({
    region: z.string(),
    memorySize: z.number(),
    timeout: z.number(),
    httpApi: z.looseObject({
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
      environment: environment.default({}),
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

/** The service's queues by logical id. Dead-letter queues come first. */
export const queuesOf = ({ resources }: Service): Record<string, QueueResource> => {
  const found = Object.entries(resources.Resources)
    .filter(([, { Type }]) => Type === "AWS::SQS::Queue")
    .map(([id, { Properties }]) => [id, queue.parse(Properties)] as const);
  const hasDeadLetters = ([, { RedrivePolicy }]: (typeof found)[number]) => RedrivePolicy !== undefined;
  return Object.fromEntries([...found.filter((each) => !hasDeadLetters(each)), ...found.filter(hasDeadLetters)]);
};

/** The rules that send events to queues, each with the logical ids of its queues. */
export const rulesOf = ({ resources }: Service): { pattern: EventPattern; queues: string[] }[] =>
  Object.values(resources.Resources)
    .filter(({ Type }) => Type === "AWS::Events::Rule")
    .map(({ Properties }) => rule.parse(Properties))
    .map(({ EventPattern: pattern, Targets }) => ({
      pattern,
      queues: Targets.map(({ Arn }) => Arn["Fn::GetAtt"][0]),
    }));

/** The service with these functions only. */
export const only = (
  service: Service,
  isWanted: (events: Service["functions"][string]["events"], name: string) => boolean,
): Service => ({
  ...service,
  functions: Object.fromEntries(
    Object.entries(service.functions).filter(([name, { events }]) => isWanted(events, name)),
  ),
});

/** The service without the functions that a queue or a time of day starts. */
export const withoutQueues = (service: Service): Service =>
  only(service, (events) =>
    events.every((event) => !("sqs" in event) && !("schedule" in event && typeof event.schedule === "object")),
  );

export type Tables = Readonly<Record<string, z.infer<typeof attributes>>>;

/** The service's tables by logical id, which is their name here. */
export const tablesOf = ({ resources }: Service): Tables =>
  Object.fromEntries(
    Object.entries(resources.Resources)
      .filter(([, { Type }]) => Type === "AWS::DynamoDB::Table")
      .map(([id, { Properties }]) => [id, attributes.parse(Properties)]),
  );

/** The service and its bundles, with these settings. Reports steps that take seconds. @throws StartFailed */
export const loadService = async (
  settings: StageSettingsInput,
  say: (what: string) => void = () => {},
): Promise<{ service: Service; bundles: Bundles }> => {
  const service = await resolveService(settings, () =>
    say("Resolving serverless.yml with osls. The result is kept until its files change"),
  );
  const bundles = await bundle(service, () =>
    say("Bundling the functions with esbuild. The bundles are kept until the code changes"),
  );
  return { service, bundles };
};

/**
 * The configuration that is deployed, with these settings, resolved by osls. If the cache has it, osls does not
 * run; otherwise `onAsk` is called first. @throws StartFailed with each of osls' reasons once
 */
const resolveService = async (given: StageSettingsInput, onAsk: () => void): Promise<Service> => {
  const settings = JSON.stringify(given);
  const files = await sourcesOf("serverless.yml");
  const file = join(cacheFolder, "configuration", `${keyOf(settings, await contentKey(files))}.json`);
  if (existsSync(file)) return resolved.parse(JSON.parse(await readFile(file, "utf8")));
  onAsk();
  const answer = await askOsls(settings);
  const service = resolved.parse(JSON.parse(answer));
  await writeWhole(file, answer);
  return service;
};

/** The files that osls reads to resolve a configuration file: infra's YAML files, the code that they name, and its imports. */
export const sourcesOf = async (configuration: string): Promise<string[]> => {
  const names = await readdir("infra", { recursive: true });
  const yaml = [configuration, ...names.filter((name) => name.endsWith(".yml")).map((name) => join("infra", name))];
  const files = new Set([...yaml.sort(), "package-lock.json"]);
  // The loop also visits the files that it adds.
  for (const file of files)
    for (const named of namedIn(file, existsSync(file) ? await readFile(file, "utf8") : "")) files.add(named);
  return [...files];
};

/** The project's code that a YAML file names or that code imports. Imports of types are left out. */
const namedIn = (file: string, text: string): string[] => {
  if (file.endsWith(".yml"))
    return [...text.matchAll(/(?:\bfile\(|- \.\/)(infra\/[\w./-]+\.[jt]s)\b/g)].map(([, path = ""]) => path);
  const imports = text.matchAll(/^(?:import|export)\s(?!type\b)[^;"]*?\sfrom\s"([.#][^"]+)"/gm);
  return [...imports].map(([, path = ""]) => (path.startsWith("#") ? path.slice(1) : join(dirname(file), path)));
};

const askOsls = async (settings: string): Promise<string> => {
  const osls = createRequire(import.meta.url).resolve("osls/bin/serverless.js");
  const args = [osls, "print", "--format", "json", "--stage", "local", "--param", `settings=${settings}`];
  const asked = promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  const kill = () => asked.child.kill("SIGKILL");
  process.once("exit", kill);
  try {
    return (await asked).stdout;
  } catch (cause) {
    throw new StartFailed(reasonsIn(outputOf(cause)), { cause });
  } finally {
    process.off("exit", kill);
  }
};

const outputOf = (error: unknown): string =>
  ["stdout", "stderr"].map((name) => String(Reflect.get(Object(error), name) ?? "")).join("\n");

/** osls prints a fault once for each variable that has it, and its own environment. A person needs each fault once. */
const reasonsIn = (output: string): string => {
  const faults = output
    .replace(/^Environment: [\s\S]*?Docs: .*$/m, "")
    .split(/^ +- Cannot resolve variable at ".*?": (?:Cannot resolve ".*?" out of ".*?": Received rejection: )?/m)
    .map((each) => each.trim().replace(/,$/, ""));
  const reasons = new Set(faults.length > 1 ? faults.slice(1) : [output.replace(/^Error:/, "").trim()]);
  return [...reasons].join("\n");
};
