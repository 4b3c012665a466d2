import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { questions } from "#infra/config/insights.ts";
import type { StageSettingsInput } from "#infra/config/settings.ts";
import { loadService, sourcesOf } from "#infra/local/service.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { type Operation, writeEvents } from "#lib/operations/operation.ts";

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
      DependsOn: z.union([z.string(), z.array(z.string())]).default([]),
    }),
  ),
});

let folder: string;
let resources: z.infer<typeof template>["Resources"];

/** Writes down which files a process of Node loads. */
const recordingLoads = (file: string) => `
  import { registerHooks } from "node:module";
  import { writeFileSync } from "node:fs";
  const loaded = new Set();
  registerHooks({ load: (url, context, next) => next(loaded.add(url) && url, context) });
  process.once("exit", () => writeFileSync(${JSON.stringify(file)}, JSON.stringify([...loaded])));`;

/** Packages as the README says, with no credentials and nothing of this machine's environment. */
const packaged = async () => {
  const osls = "node_modules/osls/bin/serverless.js";
  const env = { PATH: process.env["PATH"], HOME: folder, TEST_RUN: process.env["TEST_RUN"] };
  const recording = `data:text/javascript,${encodeURIComponent(recordingLoads(join(folder, "loaded.json")))}`;
  const args = ["--import", recording, osls, "package", "--stage", "dev", "--package", folder];
  await promisify(execFile)(process.execPath, args, { env });
  const text = await readFile(join(folder, "cloudformation-template-update-stack.json"), "utf8");
  return template.parse(JSON.parse(text)).Resources;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfectgym-gateway-package-"));
  resources = await packaged();
});
afterAll(() => rm(folder, { recursive: true }));

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);

const kebab = (id: string) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const contract = Object.entries(catalog).flatMap(([resource, operations]) =>
  operations.map(({ id, method, path, scope, write, document }: Operation) => ({
    id,
    isWrite: write !== undefined,
    writesWith: document ? "forms" : write?.receipt ? "receipts" : "writes",
    file: `functions/${resource}/${kebab(id)}`,
    route: `${method} ${path}`,
    scopes: [`perfectgym/${scope}`],
  })),
);

/** What is deployed besides the operations, and open to everyone. */
const documents = [
  ["docs", "/docs"],
  ["docs-asset", "/docs/assets/{asset}"],
  ["guide", "/docs/{guide}"],
  ["problems", "/docs/problems"],
  ["events", "/docs/events"],
  ["openapi", "/openapi.json"],
  ["collection", "/collection.json"],
  ["health", "/health"],
].map(([name = "", path]) => ({
  id: camel(`get-${name}`),
  file: `functions/docs/get-${name}`,
  route: `GET ${path}`,
}));
/** The address of the gateway itself leads to the first document. */
const home = { id: "getDocs", route: "GET /" };
const routed = [...contract, ...documents, home];
/** What runs on a schedule, from a queue or on an event. */
const jobs = [
  { id: "publishWaitingEvents", file: "functions/events/publish-waiting-events" },
  { id: "recordAudit", file: "functions/events/record-audit" },
  { id: "checkStudios", file: "functions/studios/check-studios" },
  ...["startReminderRun", "listMembers", "checkMember", "lookAgain"].map((id) => ({
    id,
    file: `functions/reminders/${kebab(id)}`,
  })),
];
const deployed = [...contract, ...documents, ...jobs];

/** Names of functions whose operationId is too long for one. */
const shortNames: Readonly<Record<string, string>> = {
  validateAdditionalModuleContractRequest: "validateModuleContractRequest",
  createModuleContractCancelationAmendment: "createModuleCancelationAmendment",
  withdrawAdditionalModuleContractCancelation: "withdrawModuleContractCancelation",
};
const nameOf = ({ id }: { readonly id: string }) => `perfectgym-gateway-dev-${shortNames[id] ?? id}`;

test("every operation has its function file, and every function file its operation", async () => {
  const names = await readdir("functions", { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => join("functions", name));
  // Only deployed if a partner has a webhook.
  const optional = "functions/events/deliver-webhook.ts";
  expect(files.sort()).toEqual([...deployed.map(({ file }) => `${file}.ts`), optional].sort());
  for (const { id, file, isWrite, writesWith } of contract) {
    const source = await readFile(`${file}.ts`, "utf8");
    expect(source).toContain(isWrite ? `serveWrite(${id}, ${writesWith})` : `serve(${id}, reads)`);
  }
});

test("every operation, document and job is deployed as one function, and nothing else is", () => {
  const functions = ofType("AWS::Lambda::Function").map(([, { Properties }]) => Properties);
  expect(functions.map(({ FunctionName, Handler }) => [FunctionName, Handler]).sort()).toEqual(
    deployed.map((each) => [nameOf(each), `${each.file}.handler`]).sort(),
  );
  for (const { id } of deployed) expect(existsSync(join(folder, `${id}.zip`))).toBe(true);
  for (const properties of functions) {
    // AWS takes 64 characters, and a stage has up to 10.
    expect(String(properties["FunctionName"]).replace("-dev-", "-tencharact-").length).toBeLessThanOrEqual(64);
    expect(properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    const isRouted = routed.some((each) => properties["FunctionName"] === nameOf(each));
    expect(properties["Timeout"]).toBeLessThan(isRouted ? 30 : 70);
  }
});

test("every operation has its route with a token and its one scope, and only documents are public", () => {
  const routes = ofType("AWS::ApiGatewayV2::Route").map(([, { Properties }]) => ({
    route: Properties["RouteKey"],
    type: Properties["AuthorizationType"],
    scopes: Properties["AuthorizationScopes"],
    target: functionBehind(Properties["Target"]),
  }));
  const logicalId = (id: string) => `${logicalIdOf(id)}LambdaFunction`;
  const wanted = [
    ...contract.map(({ id, route, scopes }) => ({ route, type: "JWT", scopes, target: logicalId(id) })),
    ...[...documents, home].map(({ id, route }) => ({
      route,
      type: undefined,
      scopes: undefined,
      target: logicalId(id),
    })),
  ];
  const byRoute = (a: { route: unknown }, b: { route: unknown }) => String(a.route).localeCompare(String(b.route));
  expect(routes.sort(byRoute)).toEqual(wanted.sort(byRoute));
});

test("a token comes from the Authorization header, of the user pool, for a partner's client", () => {
  const [[, { Properties }] = ["", { Properties: {} }]] = ofType("AWS::ApiGatewayV2::Authorizer");
  expect(Properties).toMatchObject({
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: {
      Audience: ofType("AWS::Cognito::UserPoolClient").map(([id]) => ({ Ref: id })),
      Issuer: { "Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${UserPool}" },
    },
  });
});

test("a first deployment creates resources in an order that AWS accepts", () => {
  for (const [, { DependsOn }] of ofType("AWS::Cognito::UserPoolClient")) expect(DependsOn).toContain("ResourceServer");
  const [[, { DependsOn }] = ["", { DependsOn: [] }]] = ofType("AWS::ApiGatewayV2::Stage");
  expect(DependsOn).toEqual(expect.arrayContaining(ofType("AWS::ApiGatewayV2::Route").map(([id]) => id)));
});

test("every log group has a retention time, and the gateway writes an access log", () => {
  const groups = ofType("AWS::Logs::LogGroup").map(([, { Properties }]) => Properties["RetentionInDays"]);
  expect(groups).toEqual(Array(deployed.length + 1).fill(30));
  const [[, stage] = ["", { Properties: {} }]] = ofType("AWS::ApiGatewayV2::Stage");
  expect(stage.Properties).toHaveProperty("AccessLogSettings.Format");
});

const policies = z.array(
  z.strictObject({
    PolicyName: z.string(),
    PolicyDocument: z.strictObject({
      Version: z.string(),
      Statement: z.array(
        z.strictObject({
          Effect: z.literal("Allow"),
          Action: z.union([z.string().transform((action) => [action]), z.array(z.string())]),
          Resource: z.unknown(),
        }),
      ),
    }),
  }),
);

const getAtt = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });
const reference = z.object({ Ref: z.string() });
const index = z.object({ "Fn::Sub": z.string().regex(/^\$\{\w+\.Arn\}\/index\/\w+$/) });

/** The logical id of the one resource that a statement names; `*` where it names all. */
const resourceIn = (value: unknown): string => {
  if (value === "*") return "*";
  const { data } = z.union([getAtt, reference, index]).safeParse(value);
  if (data === undefined) throw new Error(`names not one resource: ${JSON.stringify(value)}`);
  if ("Ref" in data) return data.Ref;
  return "Fn::Sub" in data ? (/\w+/.exec(data["Fn::Sub"])?.[0] ?? "") : data["Fn::GetAtt"][0];
};

const logicalIdOf = (id: string) => `${id[0]?.toUpperCase()}${id.slice(1)}`;

const functionOf = (id: string): Readonly<Record<string, unknown>> =>
  resources[`${logicalIdOf(id)}LambdaFunction`]?.Properties ?? {};

/** A function's environment, and what its own role allows: an entry for each action. */
const grantedTo = (id: string) => {
  const properties = functionOf(id);
  const environment = z
    .object({ Variables: z.record(z.string(), z.unknown()) })
    .default({ Variables: {} })
    .parse(properties["Environment"]).Variables;
  const role = resources[getAtt.parse(properties["Role"])["Fn::GetAtt"][0]]?.Properties ?? {};
  const statements = policies.parse(role["Policies"]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  const rights = statements.flatMap(({ Action, Resource }) =>
    Action.map((action) => ({
      action,
      on: resourceIn(Resource),
      isIndex: JSON.stringify(Resource).includes("/index/"),
    })),
  );
  return { role, environment, rights };
};

/** A function's rights besides its log and traces, such as `PutItem WritesTable`. */
const rightsOf = (id: string): string[] =>
  grantedTo(id)
    .rights.filter(({ action }) => !/^(logs|xray):/.test(action))
    .map(({ action, on }) => `${action.replace(/^\w+:/, "")} ${on}`)
    .sort();

const readStudios = "GetSecretValue StudiosSecret";
const count = "UpdateItem LimitsTable";

test("every function has its own role, which only Lambda can assume", () => {
  const roles = deployed.map(({ id }) => getAtt.parse(functionOf(id)["Role"])["Fn::GetAtt"][0]);
  expect(new Set(roles).size).toBe(deployed.length);
  for (const { id } of deployed) {
    const { role } = grantedTo(id);
    expect(Object.keys(role).sort()).toEqual(["AssumeRolePolicyDocument", "Policies"]);
    expect(role).toHaveProperty("AssumeRolePolicyDocument.Statement", [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  }
  const others = ofType("AWS::IAM::Role").filter(([id]) => !roles.includes(id));
  expect(others.map(([id]) => id)).toEqual(["ReminderScheduleRole"]);
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User"])
    expect(ofType(type)).toEqual([]);
});

test("a role names each action and each resource, except for X-Ray, which has none", () => {
  for (const { id } of deployed)
    for (const { action, on } of grantedTo(id).rights) {
      expect(action).not.toContain("*");
      if (on === "*") expect(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]).toContain(action);
      if (action.startsWith("logs:")) expect(on).toBe(`${logicalIdOf(id)}LogGroup`);
    }
});

test("a page has no rights, and a read may only read the studios' secret and count its caller's requests", () => {
  for (const { id } of documents) expect([id, rightsOf(id)]).toEqual([id, []]);
  for (const { id, isWrite } of contract) if (!isWrite) expect([id, rightsOf(id)]).toEqual([id, [readStudios, count]]);
});

test("a write may also read the pepper, use single items of its table, and publish", () => {
  const items = ["DeleteItem", "GetItem", "PutItem", "UpdateItem"].map((action) => `${action} WritesTable`);
  const wanted = [readStudios, count, "GetSecretValue WritesPepper", "PutEvents EventBus", ...items].sort();
  for (const { id, isWrite } of contract) if (isWrite) expect([id, rightsOf(id)]).toEqual([id, wanted]);
});

test("a job cannot read the pepper or a whole table, and only the outbox's function may use the writes table", () => {
  for (const { id } of jobs) {
    const { rights } = grantedTo(id);
    expect(rights.map(({ on }) => on)).not.toContain("WritesPepper");
    const touched = rights.filter(({ on }) => on === "WritesTable").map(({ action }) => action);
    if (id !== "publishWaitingEvents") expect([id, touched]).toEqual([id, []]);
    for (const { action, isIndex } of rights) {
      expect(action).not.toMatch(/Scan|PartiQL/);
      if (action === "dynamodb:Query") expect(isIndex).toBe(true);
    }
  }
});

/** Logical ids of the queues that start a function. */
const queuesOf = (id: string): string[] =>
  ofType("AWS::Lambda::EventSourceMapping")
    .filter(([, { Properties }]) =>
      JSON.stringify(Properties["FunctionName"]).includes(`${logicalIdOf(id)}LambdaFunction`),
    )
    .map(([, { Properties }]) => resourceIn(Properties["EventSourceArn"]));

/** Logical ids that a function's environment refers to. */
const namedTo = (id: string): Set<string> =>
  new Set(
    Object.values(grantedTo(id).environment).flatMap((value) => {
      const { data } = reference.safeParse(value);
      return data ? [data.Ref] : [];
    }),
  );

test("a function receives from the queues that start it, and from no other", () => {
  for (const { id } of deployed) {
    const received = rightsOf(id).filter((right) => /^(ReceiveMessage|DeleteMessage|GetQueueAttributes) /.test(right));
    const wanted = queuesOf(id).flatMap((queue) =>
      ["DeleteMessage", "GetQueueAttributes", "ReceiveMessage"].map((action) => `${action} ${queue}`),
    );
    expect([id, received]).toEqual([id, wanted]);
  }
});

/** Where Lambda sends the events with which a function failed. */
const failures: Readonly<Record<string, readonly string[]>> = {
  startReminderRun: ["ReminderStartsFailed"],
  lookAgain: ["LookAgainsFailed"],
  recordAudit: ["AuditFailed"],
};

test("a function has rights only on what its environment names, its own queue, or the queue of its failures", () => {
  for (const { id } of deployed) {
    const known = new Set([...namedTo(id), ...queuesOf(id), ...(failures[id] ?? [])]);
    const unknown = rightsOf(id).filter((right) => !known.has(right.split(" ")[1] ?? ""));
    expect([id, unknown]).toEqual([id, []]);
  }
});

test("a function has rights on everything that its environment names", () => {
  for (const { id } of deployed) {
    const granted = new Set(rightsOf(id).map((right) => right.split(" ")[1]));
    expect([id, [...namedTo(id)].filter((name) => !granted.has(name))]).toEqual([id, []]);
  }
});

test("a function's environment has the variables that its bundle reads, and no others", async () => {
  const all = [...new Set(deployed.flatMap(({ id }) => Object.keys(grantedTo(id).environment)))].sort();
  expect(all).toContain("STUDIOS_SECRET_ID");
  for (const { id, file } of deployed) {
    const files = unzipSync(await readFile(join(folder, `${id}.zip`)));
    const code = strFromU8(files[`${file}.mjs`] ?? new Uint8Array());
    const read = all.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    expect([id, Object.keys(grantedTo(id).environment).sort()]).toEqual([id, read]);
  }
});

test("npm start runs osls again if a file that osls loads changes, and for no other code", async () => {
  const urls = z.array(z.string()).parse(JSON.parse(await readFile(join(folder, "loaded.json"), "utf8")));
  const root = `${pathToFileURL(process.cwd())}/`;
  // esbuild's plugins are loaded only where the bundles are not there yet.
  const loaded = urls
    .filter((url) => url.startsWith(root) && !url.includes("/node_modules/"))
    .map((url) => url.slice(root.length))
    .filter((file) => !/^infra\/bundle\/(esbuild|builtins|assets|guides|lean|unused)\.ts$/.test(file));
  const code = (await sourcesOf("serverless.yml")).filter((file) => /\.[jt]s$/.test(file));
  expect(loaded).toContain("infra/config/roles.ts");
  expect(code.sort()).toEqual(loaded.sort());
});

test("the template has no secret: the operator sets it after the deployment, or AWS generates it", () => {
  const secrets = ofType("AWS::SecretsManager::Secret");
  expect(secrets.map(([id]) => id).sort()).toEqual(["StudiosSecret", "WritesPepper"]);
  for (const [id, { Properties, DeletionPolicy }] of secrets) {
    const own =
      id === "WritesPepper" ? ["Description", "GenerateSecretString", "KmsKeyId"] : ["Description", "KmsKeyId", "Tags"];
    expect([Object.keys(Properties).sort(), DeletionPolicy]).toEqual([own, "Retain"]);
  }
});

test("the stage and each route are throttled, writes more than reads", () => {
  const Properties: Readonly<Record<string, unknown>> = Object.assign(
    {},
    ...ofType("AWS::ApiGatewayV2::Stage").map(([, stage]) => stage.Properties),
  );
  const limits = z.record(z.string(), z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }));
  const byRoute = limits.parse(Properties["RouteSettings"]);
  expect(Object.keys(byRoute).sort()).toEqual(routed.map(({ route }) => route).sort());
  expect(Properties["DefaultRouteSettings"]).toMatchObject({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 });
  for (const [route, { ThrottlingRateLimit }] of Object.entries(byRoute))
    expect(ThrottlingRateLimit).toBe(route.startsWith("GET ") ? 500 : 100);
});

test("stored data is encrypted, and browsers of other origins are refused", () => {
  for (const [, { Properties }] of ofType("AWS::SNS::Topic")) expect(Properties).toHaveProperty("KmsMasterKeyId");
  for (const [, { Properties }] of ofType("AWS::KMS::Key")) {
    expect(Properties["EnableKeyRotation"]).toBe(true);
    expect(Properties).toHaveProperty("KeyPolicy.Statement", [
      {
        Effect: "Allow",
        Principal: { AWS: { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root" } },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
      },
    ]);
  }
  for (const [, { Properties }] of ofType("AWS::S3::Bucket")) expect(Properties).toHaveProperty("BucketEncryption");
  for (const [, { Properties }] of ofType("AWS::ApiGatewayV2::Api"))
    expect(Properties).not.toHaveProperty("CorsConfiguration");
});

test("every table is paid by use, encrypted and deletes expired items, and those with data are retained and restorable", () => {
  const tables = ofType("AWS::DynamoDB::Table");
  expect(tables.map(([id]) => id).sort()).toEqual(["AuditTable", "LimitsTable", "RemindersTable", "WritesTable"]);
  for (const [id, { Properties, DeletionPolicy }] of tables) {
    expect(Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
    // A counter of the last seconds is worth nothing after them.
    if (id === "LimitsTable") continue;
    expect(DeletionPolicy).toBe("Retain");
    expect(Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  }
});

test("the outbox is emptied every minute", () => {
  const rules = ofType("AWS::Events::Rule").map(([, { Properties }]) => Properties);
  expect(rules).toContainEqual(
    expect.objectContaining({
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["PublishWaitingEventsLambdaFunction", "Arn"] } })],
    }),
  );
});

test("after a change of a contract through the gateway, the job checks the member again", () => {
  const rules = ofType("AWS::Events::Rule").map(([, { Properties }]) => Properties);
  expect(rules).toContainEqual(
    expect.objectContaining({
      EventBusName: { Ref: "EventBus" },
      EventPattern: {
        source: ["perfectgym-gateway"],
        "detail-type": [
          "ContractCancelationRequested",
          "ContractCancelationWithdrawn",
          "ContractWithdrawalRequested",
          "IdlePeriodRequested",
          "IdlePeriodUpdateRequested",
          "IdlePeriodWithdrawn",
          "AdditionalModulePurchased",
          "AdditionalModuleCancelationRequested",
          "AdditionalModuleCancelationWithdrawn",
        ],
      },
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["LookAgainLambdaFunction", "Arn"] } })],
    }),
  );
});

test("the event of every write is kept, and each studio is asked every five minutes", () => {
  const rules = ofType("AWS::Events::Rule").map(([, { Properties }]) => Properties);
  expect(rules).toContainEqual(
    expect.objectContaining({
      EventBusName: { Ref: "EventBus" },
      EventPattern: { source: ["perfectgym-gateway"], "detail-type": writeEvents },
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["RecordAuditLambdaFunction", "Arn"] } })],
    }),
  );
  expect(rules).toContainEqual(
    expect.objectContaining({
      ScheduleExpression: "rate(5 minutes)",
      State: "ENABLED",
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["CheckStudiosLambdaFunction", "Arn"] } })],
    }),
  );
});

test("the reminder job starts once a day in a time zone, is retried, and a failed start goes to a queue", () => {
  expect(ofType("AWS::Scheduler::Schedule").map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({
      ScheduleExpression: "cron(0 6 * * ? *)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      State: "ENABLED",
      Target: {
        Arn: { "Fn::GetAtt": ["StartReminderRunLambdaFunction", "Arn"] },
        RoleArn: { "Fn::GetAtt": ["ReminderScheduleRole", "Arn"] },
        RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 21_600 },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": ["ReminderStartsFailed", "Arn"] } },
      },
    }),
  ]);
  const deadLetters = { "Fn::GetAtt": ["ReminderDeadLetters", "Arn"] };
  for (const [id, { Properties }] of ofType("AWS::SQS::Queue")) {
    expect(Properties["SqsManagedSseEnabled"]).toBe(true);
    const redrive = { deadLetterTargetArn: deadLetters, maxReceiveCount: id === "ReminderSlices" ? 30 : 20 };
    const isLast = ["ReminderDeadLetters", ...Object.values(failures).flat()].includes(id);
    expect(Properties["RedrivePolicy"]).toEqual(isLast ? undefined : redrive);
    // A message gets all its tries, each after the one before has become visible again, before it would expire.
    const triesSeconds = redrive.maxReceiveCount * Number(Properties["VisibilityTimeout"] ?? 0);
    expect(Properties["MessageRetentionPeriod"]).toBeGreaterThan(2 * triesSeconds);
  }
});

test("Lambda does not repeat a drain of the outbox: the next minute's would run beside it", () => {
  const configs = ofType("AWS::Lambda::EventInvokeConfig").map(([, { Properties }]) => Properties);
  expect(configs).toContainEqual(
    expect.objectContaining({
      FunctionName: { Ref: "PublishWaitingEventsLambdaFunction" },
      MaximumRetryAttempts: 0,
    }),
  );
});

/** Settings that change what is deployed. */
const unusual: StageSettingsInput = {
  reminders: false,
  alarmEmail: "night@example.com",
  readsPerSecond: 50,
  writesPerSecond: 5,
  domain: { name: "api.example.com", certificate: "arn:aws:acm:eu-central-1:123456789012:certificate/0123-abcd" },
  disableDefaultEndpoint: true,
  logRetentionDays: 7,
  tags: { team: "night" },
};

test("a stage has the domain, the address for alarms and the throttles of its settings, and none without them", async () => {
  for (const type of ["AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::SNS::Subscription"])
    expect(ofType(type)).toEqual([]);
  const { service } = await loadService(unusual);
  const { Resources, extensions } = service.resources;
  expect(service.provider).toMatchObject({
    logRetentionInDays: 7,
    stackTags: { team: "night" },
    httpApi: { disableDefaultEndpoint: true },
  });
  expect(Resources["ApiDomain"]?.Properties).toMatchObject({ DomainName: "api.example.com" });
  expect(Resources["ApiDomainMapping"]?.Properties).toMatchObject({ DomainName: { Ref: "ApiDomain" } });
  expect(Resources["OperatorEmail"]?.Properties).toMatchObject({ Endpoint: "night@example.com" });
  const { DefaultRouteSettings, RouteSettings } = extensions.HttpApiStage.Properties;
  expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
  expect(Object.entries(RouteSettings).find(([key]) => key.startsWith("POST "))?.[1]).toMatchObject({
    ThrottlingRateLimit: 5,
  });
});

test("a stage that turns reminders off has no schedule for them, and no alarm that misses the run", async () => {
  expect(resources["StartReminderRunSchedulerSchedule1"]?.Properties["State"]).toBe("ENABLED");
  expect(resources["ReminderRunAlarm"]?.Properties["ActionsEnabled"]).toBe(true);
  const { service } = await loadService(unusual);
  expect(service.functions["startReminderRun"]?.events).toMatchObject([{ schedule: { enabled: false } }]);
  expect(service.resources.Resources["ReminderRunAlarm"]?.Properties).toMatchObject({ ActionsEnabled: false });
});

test("a message fails without its batch, and is received again only after its function's timeout", () => {
  const mappings = ofType("AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => Properties);
  expect(mappings).toHaveLength(2);
  for (const properties of mappings) expect(properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
  const timeouts = ofType("AWS::Lambda::Function").map(([, { Properties }]) => Number(Properties["Timeout"]));
  for (const [, { Properties }] of ofType("AWS::SQS::Queue"))
    if (Properties["RedrivePolicy"])
      expect(Properties["VisibilityTimeout"]).toBeGreaterThanOrEqual(6 * Math.max(...timeouts));
});

/** Logical id of the function that a route's integration calls. */
const functionBehind = (target: unknown): string => {
  const [integration] = /[A-Za-z]+HttpApiIntegration|HttpApiIntegration[A-Za-z]+/.exec(JSON.stringify(target)) ?? [""];
  return /"([A-Za-z]+LambdaFunction)"/.exec(JSON.stringify(resources[integration]?.Properties))?.[1] ?? "none";
};

test("an alarm about the key is raised at once by a 401, but by 403 only for several customers", () => {
  const { KeyRejectedAlarm, ForbiddenToManyAlarm, RemindersForbiddenAlarm, ModuleRemindersForbiddenAlarm } = resources;
  expect(KeyRejectedAlarm?.Properties).toMatchObject({ MetricName: "KeyRejected", Threshold: 1 });
  const watched = (alarm: z.infer<typeof template>["Resources"][string] | undefined) =>
    z
      .array(
        z.looseObject({
          MetricStat: z.looseObject({ Metric: z.looseObject({ MetricName: z.string() }), Stat: z.string() }).optional(),
        }),
      )
      .parse(alarm?.Properties["Metrics"])
      .flatMap(({ MetricStat }) => (MetricStat ? [`${MetricStat.Metric.MetricName} ${MetricStat.Stat}`] : []));
  expect(watched(ForbiddenToManyAlarm)).toEqual(["ForbiddenTo Minimum", "ForbiddenTo Maximum"]);
  expect(watched(RemindersForbiddenAlarm)).toEqual(["MembersForbidden Sum", "MembersChecked Sum"]);
  expect(ModuleRemindersForbiddenAlarm?.Properties).toMatchObject({ MetricName: "ModulesForbidden", Threshold: 3 });
  for (const { id } of contract)
    expect(watched(resources[`${logicalIdOf(id)}ForbiddenAlarm`])).toEqual([
      "Forbidden Sum",
      "ForbiddenTo Minimum",
      "ForbiddenTo Maximum",
      "Invocations Sum",
    ]);
});

/** Whether an alarm's expression rings for these sums of a period. It may use comparisons, products, AND and IF. */
const rings = (alarm: string, sums: Readonly<Record<string, number>>): boolean => {
  const metrics = z.array(z.looseObject({ Expression: z.string().optional() }));
  const [{ Expression = "" } = {}] = metrics.parse(resources[alarm]?.Properties["Metrics"]);
  const condition = /^IF\((.*), 1, 0\)$/.exec(Expression)?.[1]?.replaceAll(" AND ", " && ") ?? "none";
  return new Function(...Object.keys(sums), `return ${condition}`)(...Object.values(sums));
};

test.each([
  ["an outage at ten requests an hour", "ServerErrorShareAlarm", { errors: 10, requests: 10 }, true],
  [
    "an outage of one of four operations at ten requests an hour",
    "ServerErrorShareAlarm",
    { errors: 3, requests: 10 },
    true,
  ],
  ["one error at night", "ServerErrorShareAlarm", { errors: 1, requests: 1 }, false],
  ["a few errors among thousands of requests", "ServerErrorShareAlarm", { errors: 40, requests: 5000 }, false],
  ["an outage by day", "ServerErrorAlarm", { errors: 300, requests: 300 }, true],
  ["one error in twenty", "ServerErrorAlarm", { errors: 15, requests: 300 }, false],
  ["an issuer that everybody is refused by", "RefusedAlarm", { refused: 5, requests: 5 }, true],
  ["an app with an expired token beside others", "RefusedAlarm", { refused: 40, requests: 100 }, false],
])("%s: %s with %o rings: %s", (_, alarm, sums, expected) => expect(rings(alarm, sums)).toBe(expected));

test("the alarm about a rejected key stays on between rare requests, and refusals are counted in the access log", () => {
  const { Period, EvaluationPeriods, DatapointsToAlarm } = resources["KeyRejectedAlarm"]?.Properties ?? {};
  expect([Number(Period) * Number(EvaluationPeriods), DatapointsToAlarm]).toEqual([3600, 1]);
  expect(resources["RefusedRequests"]?.Properties).toMatchObject({
    LogGroupName: { Ref: "HttpApiLogGroup" },
    FilterPattern: '{ $.status = "401" || $.status = "403" }',
  });
});

test("an alarm names the route on which somebody is refused, and another the client that sends too much", () => {
  expect(resources["RefusedRequestsByRoute"]?.Properties).toMatchObject({
    FilterPattern: '{ ($.status = "401" || $.status = "403") && $.route = * }',
    MetricTransformations: [{ MetricName: "RefusedOnRoute", Dimensions: [{ Key: "route", Value: "$.route" }] }],
  });
  expect(JSON.stringify(ofType("AWS::ApiGatewayV2::Stage"))).toContain('\\"route\\":\\"$context.routeKey\\"');
  expect(resources["RefusedOnRouteAlarm"]?.Properties).toMatchObject({
    Metrics: [{ Expression: 'SELECT SUM(RefusedOnRoute) FROM SCHEMA("perfectgym-gateway/dev", route) GROUP BY route' }],
  });
  expect(resources["ClientVolumeAlarm"]?.Properties).toMatchObject({
    Threshold: 20_000,
    Metrics: [
      { Expression: 'SELECT COUNT(durationMs) FROM SCHEMA("perfectgym-gateway/dev", clientId) GROUP BY clientId' },
    ],
  });
});

test("no metric is paid for each route: the functions measure by operation and class", () => {
  expect(JSON.stringify(ofType("AWS::ApiGatewayV2::Stage"))).not.toContain('"DetailedMetricsEnabled":true');
});

test("each alarm names its section of the runbook, which says how to see, decide and mend, and there are no others", async () => {
  const [, text = ""] = (await readFile("docs/runbook.md", "utf8")).split("\n## Alarms\n");
  const [sections = ""] = text.split("\n## ");
  const parts = sections.split("\n### ").slice(1);
  for (const part of parts)
    expect(part).toMatch(/^\w+\n\n.+\n\n- \*\*See:\*\* .+\n- \*\*Decide:\*\* .+\n- \*\*Mend:\*\* .+\n*$/);
  const named = ofType("AWS::CloudWatch::Alarm").map(([id, { Properties }]) => {
    const [, anchor = `none for ${id}`] =
      /\. Runbook: docs\/runbook\.md#(\w+)$/.exec(String(Properties["AlarmDescription"])) ?? [];
    return anchor;
  });
  // Of partners with a webhook: test/infra/webhooks.test.ts has the alarms.
  const others = ["partnerwebhookfailing", "partnerwebhookdeadletters"];
  const anchors = parts.map((part) => part.split("\n")[0]?.toLowerCase());
  expect(anchors.sort()).toEqual([...new Set([...named, ...others])].sort());
});

/** What CloudFormation calls to make and to delete a resource, from the permissions in its registry of types. */
const callsOf: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::Api": "apigateway:POST apigateway:PATCH apigateway:DELETE apigateway:TagResource",
  "AWS::ApiGatewayV2::Authorizer": "apigateway:POST apigateway:DELETE",
  "AWS::ApiGatewayV2::Integration": "apigateway:POST apigateway:DELETE",
  "AWS::ApiGatewayV2::Route": "apigateway:POST apigateway:DELETE",
  "AWS::ApiGatewayV2::Stage": "apigateway:POST apigateway:DELETE logs:CreateLogDelivery logs:DeleteLogDelivery",
  "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms",
  "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard cloudwatch:DeleteDashboards cloudwatch:GetDashboard",
  "AWS::Cognito::UserPool": "cognito-idp:CreateUserPool cognito-idp:DeleteUserPool cognito-idp:TagResource",
  "AWS::Cognito::UserPoolClient": "cognito-idp:CreateUserPoolClient cognito-idp:DeleteUserPoolClient",
  "AWS::Cognito::UserPoolDomain": "cognito-idp:CreateUserPoolDomain cognito-idp:DeleteUserPoolDomain",
  "AWS::Cognito::UserPoolResourceServer": "cognito-idp:CreateResourceServer cognito-idp:DeleteResourceServer",
  "AWS::DynamoDB::Table":
    "dynamodb:CreateTable dynamodb:DeleteTable dynamodb:UpdateTimeToLive dynamodb:UpdateContinuousBackups dynamodb:TagResource",
  "AWS::Events::EventBus": "events:CreateEventBus events:DeleteEventBus events:TagResource",
  "AWS::Events::Rule": "events:PutRule events:DeleteRule events:PutTargets events:RemoveTargets",
  "AWS::IAM::Role": "iam:CreateRole iam:DeleteRole iam:PutRolePolicy iam:DeleteRolePolicy iam:TagRole",
  "AWS::KMS::Key": "kms:CreateKey kms:PutKeyPolicy kms:EnableKeyRotation kms:ScheduleKeyDeletion kms:TagResource",
  "AWS::Lambda::EventInvokeConfig": "lambda:PutFunctionEventInvokeConfig lambda:DeleteFunctionEventInvokeConfig",
  "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping",
  "AWS::Lambda::Function": "lambda:CreateFunction lambda:DeleteFunction lambda:TagResource iam:PassRole s3:GetObject",
  "AWS::Lambda::Permission": "lambda:AddPermission lambda:RemovePermission",
  "AWS::Logs::LogGroup": "logs:CreateLogGroup logs:PutRetentionPolicy logs:DeleteLogGroup logs:TagResource",
  "AWS::Logs::MetricFilter": "logs:PutMetricFilter logs:DeleteMetricFilter",
  "AWS::Logs::QueryDefinition": "logs:PutQueryDefinition logs:DeleteQueryDefinition",
  "AWS::S3::Bucket": "s3:CreateBucket s3:DeleteBucket s3:PutEncryptionConfiguration s3:PutBucketTagging",
  "AWS::S3::BucketPolicy": "s3:PutBucketPolicy s3:DeleteBucketPolicy",
  "AWS::SNS::Topic": "sns:CreateTopic sns:DeleteTopic sns:SetTopicAttributes sns:TagResource",
  "AWS::SQS::Queue": "sqs:CreateQueue sqs:DeleteQueue sqs:SetQueueAttributes sqs:TagQueue",
  "AWS::Scheduler::Schedule": "scheduler:CreateSchedule scheduler:DeleteSchedule",
  "AWS::SecretsManager::Secret":
    "secretsmanager:CreateSecret secretsmanager:DeleteSecret secretsmanager:TagResource secretsmanager:GetRandomPassword",
};

test("the policy for who deploys allows what the template needs, reads no data, and fits into a managed policy", async () => {
  const text = await readFile("docs/deploy-policy.json", "utf8");
  const { Statement } = z
    .object({ Statement: z.array(z.object({ Action: z.array(z.string()) })) })
    .parse(JSON.parse(text));
  const patterns = Statement.flatMap(({ Action }) => Action).map(
    (action) => new RegExp(`^${action.replaceAll("*", ".*")}$`),
  );
  const allows = (action: string) => patterns.some((pattern) => pattern.test(action));
  const types = [...new Set(Object.values(resources).map(({ Type }) => Type))];
  expect(types.filter((type) => callsOf[type] === undefined)).toEqual([]);
  expect(types.flatMap((type) => callsOf[type]?.split(" ") ?? []).filter((action) => !allows(action))).toEqual([]);
  for (const action of [
    "secretsmanager:GetSecretValue",
    "dynamodb:Query",
    "dynamodb:GetItem",
    "sqs:ReceiveMessage",
    "lambda:InvokeFunction",
    "iam:AttachRolePolicy",
    "iam:CreateUser",
    "logs:GetLogEvents",
    "kms:Decrypt",
  ])
    expect([action, allows(action)]).toEqual([action, false]);
  expect(JSON.stringify(JSON.parse(text)).length).toBeLessThan(6_144);
});

const dashboardBody = z.object({
  widgets: z.array(
    z.object({
      x: z.int(),
      y: z.int(),
      width: z.int(),
      properties: z.looseObject({
        metrics: z
          .array(
            z.union([z.tuple([z.object({ expression: z.string() })]), z.tuple([z.string(), z.string()], z.unknown())]),
          )
          .default([]),
      }),
    }),
  ),
});

/** Namespace and name of a graph's metric. */
const namesIn = (metric: readonly unknown[]): readonly unknown[] => {
  const { expression = "" } = Object(metric[0]);
  const searched = /^SEARCH\('\{([\w/-]+),[\w,]+\} MetricName="(\w+)"', '\w+', 300\)$/.exec(expression);
  return searched ? searched.slice(1) : metric;
};

test("the dashboard shows, of the gateway's own metrics, only those that the code or a filter gives", async () => {
  const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
  const body = z.object({ "Fn::Sub": z.string() }).parse(dashboard?.Properties["DashboardBody"])["Fn::Sub"];
  const { widgets } = dashboardBody.parse(JSON.parse(body));
  expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
  const shown = widgets.flatMap(({ properties }) => properties.metrics).map(namesIn);
  const own = shown.filter(([namespace]) => namespace === "perfectgym-gateway/dev").map(([, name]) => name);
  expect(own.length).toBeGreaterThan(10);
  const given = await readFile("lib/observability/log.ts", "utf8");
  const filters = JSON.stringify(ofType("AWS::Logs::MetricFilter"));
  expect(
    own.filter((name) => !new RegExp(`\\b${name}: |Name: "${name}"`).test(given) && !filters.includes(`"${name}"`)),
  ).toEqual([]);
});

test("each saved query is of the logs of every operation", () => {
  const queries = ofType("AWS::Logs::QueryDefinition");
  expect(queries).toHaveLength(Object.keys(questions).length);
  for (const [, { Properties }] of queries) expect(Properties["LogGroupNames"]).toHaveLength(contract.length);
});
