import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { loadService } from "#infra/local/service.ts";
import { Resources as partnerEvents } from "#infra/partner-events.js";
import { catalog } from "#lib/operations/catalog.ts";

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

/** Packages as the README says, with no credentials and nothing of this machine's environment. */
const packaged = async () => {
  const osls = "node_modules/osls/bin/serverless.js";
  const env = { PATH: process.env["PATH"], HOME: folder, TEST_RUN: process.env["TEST_RUN"] };
  await promisify(execFile)(process.execPath, [osls, "package", "--stage", "dev", "--package", folder], { env });
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

const contract = Object.entries(catalog).flatMap(([resource, operations]) =>
  operations.map(({ id, method, path, scope }) => ({
    id,
    isWrite: method !== "GET",
    file: `functions/${resource}/${kebab(id)}`,
    route: `${method} ${path}`,
    scopes: [`perfectgym/${scope}`],
  })),
);

/** What is deployed besides the operations, and open to everyone. */
const documents = ["problems", "events"].map((name) => ({
  id: `get${name[0]?.toUpperCase()}${name.slice(1)}`,
  file: `functions/docs/get-${name}`,
  route: `GET /docs/${name}`,
}));
const routed = [...contract, ...documents];
/** What runs on a schedule, from a queue or on an event. */
const jobs = [
  { id: "publishWaitingEvents", file: "functions/events/publish-waiting-events" },
  ...["startReminderRun", "listMembers", "checkMember", "lookAgain"].map((id) => ({
    id,
    file: `functions/reminders/${kebab(id)}`,
  })),
];
const deployed = [...routed, ...jobs];

test("every operation has its function file, and every function file its operation", async () => {
  const names = await readdir("functions", { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => join("functions", name));
  expect(files.sort()).toEqual(deployed.map(({ file }) => `${file}.ts`).sort());
  for (const { id, file, isWrite } of contract) {
    const source = await readFile(`${file}.ts`, "utf8");
    expect(source).toContain(isWrite ? `serveWrite(${id}, live)` : `serve(${id}, live)`);
  }
});

test("every operation, document and job is deployed as one function, and nothing else is", () => {
  const functions = ofType("AWS::Lambda::Function").map(([, { Properties }]) => Properties);
  expect(functions.map(({ FunctionName, Handler }) => [FunctionName, Handler]).sort()).toEqual(
    deployed.map(({ id, file }) => [`perfectgym-gateway-dev-${id}`, `${file}.handler`]).sort(),
  );
  for (const { id } of deployed) expect(existsSync(join(folder, `${id}.zip`))).toBe(true);
  for (const properties of functions) {
    expect(properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    const isRouted = routed.some(({ id }) => properties["FunctionName"] === `perfectgym-gateway-dev-${id}`);
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
  const logicalId = (id: string) => `${id[0]?.toUpperCase()}${id.slice(1)}LambdaFunction`;
  const wanted = [
    ...contract.map(({ id, route, scopes }) => ({ route, type: "JWT", scopes, target: logicalId(id) })),
    ...documents.map(({ id, route }) => ({ route, type: undefined, scopes: undefined, target: logicalId(id) })),
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

test("a first deployment makes things in an order that AWS accepts", () => {
  for (const [, { DependsOn }] of ofType("AWS::Cognito::UserPoolClient")) expect(DependsOn).toContain("ResourceServer");
  const [[, { DependsOn }] = ["", { DependsOn: [] }]] = ofType("AWS::ApiGatewayV2::Stage");
  expect(DependsOn).toEqual(expect.arrayContaining(ofType("AWS::ApiGatewayV2::Route").map(([id]) => id)));
});

test("every log has an end, and the gateway writes an access log", () => {
  const groups = ofType("AWS::Logs::LogGroup").map(([, { Properties }]) => Properties["RetentionInDays"]);
  expect(groups).toEqual(Array(deployed.length + 1).fill(30));
  const [[, stage] = ["", { Properties: {} }]] = ofType("AWS::ApiGatewayV2::Stage");
  expect(stage.Properties).toHaveProperty("AccessLogSettings.Format");
});

/** All that a role may hold besides its own log and traces. */
const readStudios = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "StudiosSecret" } };
const readPepper = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "WritesPepper" } };
const publish = { Effect: "Allow", Action: "events:PutEvents", Resource: { "Fn::GetAtt": ["EventBus", "Arn"] } };
const onWrites = (actions: string | readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: { "Fn::GetAtt": ["WritesTable", "Arn"] },
});
const itemActions = ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
const findWaiting = {
  Effect: "Allow",
  Action: "dynamodb:Query",
  Resource: { "Fn::Sub": "${WritesTable.Arn}/index/outbox" },
};

const onReminders = (...actions: readonly string[]) => ({
  Effect: "Allow",
  Action: actions.map((action) => `dynamodb:${action}`),
  Resource: { "Fn::GetAtt": ["RemindersTable", "Arn"] },
});
const onQueue = (queue: string, actions: string | readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: { "Fn::GetAtt": [queue, "Arn"] },
});
const send = (queue: string) => onQueue(queue, "sqs:SendMessage");
const receive = (queue: string) =>
  onQueue(queue, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]);

const ofJobs: Readonly<Record<string, readonly unknown[]>> = {
  getProblems: [],
  getEvents: [],
  publishWaitingEvents: [findWaiting, onWrites(["dynamodb:PutItem", "dynamodb:UpdateItem"]), publish],
  startReminderRun: [readStudios, send("ReminderSlices"), send("ReminderStartsFailed")],
  listMembers: [
    readStudios,
    receive("ReminderSlices"),
    send("ReminderSlices"),
    send("ReminderMembers"),
    onReminders("BatchGetItem", "GetItem", "PutItem"),
  ],
  checkMember: [
    readStudios,
    receive("ReminderMembers"),
    send("ReminderMembers"),
    onReminders("BatchGetItem", "GetItem", "PutItem", "UpdateItem"),
    publish,
  ],
  lookAgain: [onReminders("DeleteItem")],
};

const statements = (id: string): readonly unknown[] => {
  const known = ofJobs[id];
  if (known) return known;
  const isWrite = contract.some((operation) => operation.id === id && operation.isWrite);
  return isWrite ? [readStudios, readPepper, onWrites(itemActions), publish] : [readStudios];
};

test("every function has a role of its own, with its log, its traces, what this table says, and nothing else", () => {
  const wanted = deployed.map(({ id }) => {
    const name = `${id[0]?.toUpperCase()}${id.slice(1)}`;
    const ownLog = { "Fn::GetAtt": [`${name}LogGroup`, "Arn"] };
    return [
      `${name}Role`,
      [
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: ownLog },
        { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
        ...statements(id),
      ],
    ];
  });
  const policies = z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) }));
  const ofFunctions = ofType("AWS::IAM::Role").filter(([id]) => id !== "ReminderScheduleRole");
  const roles = ofFunctions.map(([id, { Properties }]) => {
    expect(Object.keys(Properties).sort()).toEqual(["AssumeRolePolicyDocument", "Policies"]);
    return [id, policies.parse(Properties["Policies"]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement)];
  });
  expect(Object.fromEntries(roles)).toEqual(Object.fromEntries(wanted));
  for (const [id, { Properties }] of ofType("AWS::Lambda::Function"))
    expect(Properties["Role"]).toEqual({ "Fn::GetAtt": [id.replace("LambdaFunction", "Role"), "Arn"] });
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::User"])
    expect(ofType(type)).toEqual([]);
});

test("no secret stands in the template: its value is put in after the deployment, or made by AWS itself", () => {
  const secrets = ofType("AWS::SecretsManager::Secret");
  expect(secrets.map(([id]) => id).sort()).toEqual(["StudiosSecret", "WritesPepper"]);
  for (const [id, { Properties, DeletionPolicy }] of secrets) {
    const made = id === "WritesPepper" ? ["GenerateSecretString"] : [];
    expect([Object.keys(Properties).sort(), DeletionPolicy]).toEqual([["Description", ...made, "KmsKeyId"], "Retain"]);
  }
  for (const [, { Properties }] of ofType("AWS::Lambda::Function"))
    expect(Properties).toHaveProperty("Environment.Variables.WRITES_PEPPER_ID", { Ref: "WritesPepper" });
  const names = ofType("AWS::Lambda::Function").flatMap(([, { Properties }]) =>
    Object.keys(z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(Properties["Environment"]).Variables),
  );
  const always = [
    "CLIENT_CLAIM",
    "EVENT_BUS",
    "MEMBER_CLAIM",
    "METRICS_NAMESPACE",
    "PARTNERS",
    "STUDIOS_SECRET_ID",
    "WRITES_PEPPER_ID",
    "WRITES_TABLE",
  ];
  const ofReminders = ["MEMBERS_QUEUE", "REMINDERS_TABLE", "SLICES_QUEUE"];
  const settings = ["POLICY", "RATE", "RECHECK_DAYS", "TIME_ZONE"].map((name) => `REMINDER_${name}`);
  expect([...new Set(names)].sort()).toEqual([...always, ...ofReminders, ...settings].sort());
});

test("the stage and each route are throttled, writes more than reads", () => {
  const Properties: Readonly<Record<string, unknown>> = Object.assign(
    {},
    ...ofType("AWS::ApiGatewayV2::Stage").map(([, stage]) => stage.Properties),
  );
  const limits = z.record(z.string(), z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }));
  const byRoute = limits.parse(Properties["RouteSettings"]);
  expect(Object.keys(byRoute).sort()).toEqual(routed.map(({ route }) => route).sort());
  expect(Properties["DefaultRouteSettings"]).toMatchObject({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 });
  for (const [route, { ThrottlingRateLimit }] of Object.entries(byRoute))
    expect(ThrottlingRateLimit).toBe(route.startsWith("GET ") ? 100 : 20);
});

test("what rests is encrypted, and browsers of other origins are not let in", () => {
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

test("every table is paid by use, encrypted, kept, can be restored, and forgets by itself", () => {
  expect(
    ofType("AWS::DynamoDB::Table")
      .map(([id]) => id)
      .sort(),
  ).toEqual(["RemindersTable", "WritesTable"]);
  for (const [, { Properties, DeletionPolicy }] of ofType("AWS::DynamoDB::Table")) {
    expect(DeletionPolicy).toBe("Retain");
    expect(Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
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

test("a change of a contract through the gateway makes the job look at its member again", () => {
  const rules = ofType("AWS::Events::Rule").map(([, { Properties }]) => Properties);
  expect(rules).toContainEqual(
    expect.objectContaining({
      EventBusName: { Ref: "EventBus" },
      EventPattern: {
        source: ["perfectgym-gateway"],
        "detail-type": ["ContractCancelationRequested", "ContractCancelationWithdrawn"],
      },
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["LookAgainLambdaFunction", "Arn"] } })],
    }),
  );
});

test("the reminder job starts once a day in a time zone, is tried again, and leaves what fails in a queue", () => {
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
    const isLast = ["ReminderDeadLetters", "ReminderStartsFailed"].includes(id);
    expect(Properties["RedrivePolicy"]).toEqual(isLast ? undefined : redrive);
  }
});

test("reminders reach a partner's endpoint only where the stage names one", async () => {
  const names = (all: object) => Object.keys(all).filter((id) => id.startsWith("PartnerEvents"));
  expect(names(resources)).toEqual([]);
  const { service } = await loadService({ partnerEventsUrl: "https://app.example.com/reminders" });
  const withPartner = service.resources.Resources;
  expect(names(withPartner).length).toBeGreaterThan(5);
  expect(withPartner["PartnerEventsRule"]?.Properties).toMatchObject({
    EventPattern: { source: ["perfectgym-gateway"], "detail-type": ["CancelationReminderDue"] },
    Targets: [{ RetryPolicy: { MaximumRetryAttempts: 185 }, DeadLetterConfig: expect.any(Object) }],
  });
  expect(withPartner["PartnerEventsDestination"]?.Properties).toMatchObject({
    InvocationEndpoint: "https://app.example.com/reminders",
  });
  const given = (url: string) => partnerEvents({ resolveVariable: async () => url });
  await expect(given("http://app.example.com")).rejects.toThrow("must be an https URL");
});

test("a message of a queue fails alone, and comes back only when its function can be over", () => {
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

test("an alarm about the key rings at once on a 401, but on 403 only for several customers", () => {
  const { KeyRejectedAlarm, ForbiddenToManyAlarm, RemindersForbiddenAlarm } = resources;
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
  for (const { id } of contract)
    expect(watched(resources[`${id[0]?.toUpperCase()}${id.slice(1)}ForbiddenAlarm`])).toEqual([
      "Forbidden Sum",
      "ForbiddenTo Minimum",
      "ForbiddenTo Maximum",
      "Invocations Sum",
    ]);
});

test("the runbook has a row for each alarm, and no others", async () => {
  const rows = [...(await readFile("docs/runbook.md", "utf8")).matchAll(/^\| `([A-Z]\w+|<Operation>Forbidden)` \|/gm)];
  const named = ofType("AWS::CloudWatch::Alarm").map(([id]) => id.replace(/Alarm$/, ""));
  const ofOperations = contract.map(({ id }) => `${id[0]?.toUpperCase()}${id.slice(1)}Forbidden`);
  // Only with the stage parameter partnerEventsUrl.
  const others = ["<Operation>Forbidden", "PartnerEvents"];
  const wanted = [...named.filter((name) => !ofOperations.includes(name)), ...others];
  expect(rows.map(([, name]) => name).sort()).toEqual(wanted.sort());
});
