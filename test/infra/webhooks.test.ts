import { expect, test } from "vitest";
import * as z from "zod";
import { entitlements, signIn } from "#infra/config/partners.ts";
import { webhookEndpoints, webhookFunctions, webhookQueues, webhooks } from "#infra/config/webhooks.ts";
import { loadService } from "#infra/local/service.ts";
import { scopes } from "#lib/operations/operation.ts";
import { lastTryAfterSeconds } from "#lib/webhooks/schedule.ts";

const hook = { url: "https://app.example.com/hook", events: ["CancelationReminderDue"] };
const app = (name: string, more: object = {}) => ({ name, scopes, studios: ["one"], ...more });

/** What osls hands to a JavaScript variable source, before a list of partners. */
const given = (partners: readonly object[]) => ({
  options: { stage: "prod" },
  resolveVariable: async (variable: string) => {
    if (variable === "sls:stage") return "prod";
    if (variable === "file(infra/partners.yml), null") return partners;
    return variable === "file(infra/settings.yml), null" ? { prod: {} } : { Resources: {}, Outputs: {} };
  },
  resolveConfigurationProperty: async () => "perfectgym-gateway",
});

const resourcesOf = async (...partners: object[]) =>
  z
    .record(z.string(), z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) }))
    .parse(await webhooks(given(partners)));

test("without a webhook, the stack has nothing for it", async () => {
  const variables = given([app("first-app")]);
  expect([await webhooks(variables), await webhookFunctions(variables), await webhookQueues(variables)]).toEqual([
    {},
    {},
    [],
  ]);
});

test("each partner's rule sends the events that it wants, of its own studios, to a queue of its own", async () => {
  const resources = await resourcesOf(
    app("first-app", { studios: ["one", "two"], webhook: hook }),
    app("second-app"),
    app("third-app", { webhook: { ...hook, events: ["IdlePeriodRequested", "IdlePeriodWithdrawn"] } }),
  );
  const rules = Object.values(resources).filter(({ Type }) => Type === "AWS::Events::Rule");
  expect(rules.map(({ Properties }) => Properties)).toEqual([
    expect.objectContaining({
      EventBusName: { Ref: "EventBus" },
      EventPattern: {
        source: ["perfectgym-gateway"],
        "detail-type": ["CancelationReminderDue"],
        detail: { studioId: ["one", "two"] },
      },
      Targets: [
        {
          Id: "queue",
          Arn: { "Fn::GetAtt": ["FirstAppWebhookQueue", "Arn"] },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": ["FirstAppWebhookDeadLetters", "Arn"] } },
        },
      ],
    }),
    expect.objectContaining({
      EventPattern: expect.objectContaining({
        "detail-type": ["IdlePeriodRequested", "IdlePeriodWithdrawn"],
        detail: { studioId: ["one"] },
      }),
      Targets: [expect.objectContaining({ Arn: { "Fn::GetAtt": ["ThirdAppWebhookQueue", "Arn"] } })],
    }),
  ]);
  expect(Object.keys(resources).filter((id) => id.startsWith("SecondApp"))).toEqual([]);
});

test("a queue is encrypted, keeps a message longer than its tries last, and only its own rule may send to it", async () => {
  const resources = await resourcesOf(app("first-app", { webhook: hook }));
  const { FirstAppWebhookQueue: queue, FirstAppWebhookDeadLetters: deadLetters } = resources;
  expect(queue?.Properties).toEqual({
    QueueName: "perfectgym-gateway-prod-webhook-first-app",
    SqsManagedSseEnabled: true,
    VisibilityTimeout: 180,
    MessageRetentionPeriod: 1_209_600,
    RedrivePolicy: {
      deadLetterTargetArn: { "Fn::GetAtt": ["FirstAppWebhookDeadLetters", "Arn"] },
      maxReceiveCount: 100,
    },
  });
  expect(1_209_600).toBeGreaterThan(2 * lastTryAfterSeconds);
  expect(deadLetters?.Properties).toEqual({
    QueueName: "perfectgym-gateway-prod-failed-first-app",
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 1_209_600,
  });
  expect(resources["FirstAppWebhookPolicy"]?.Properties).toHaveProperty(
    "PolicyDocument.Statement",
    ["FirstAppWebhookQueue", "FirstAppWebhookDeadLetters"].map((id) => ({
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: { "Fn::GetAtt": [id, "Arn"] },
      Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["FirstAppWebhookRule", "Arn"] } } },
    })),
  );
});

test("the template has no signing secret, and keeps the operator's when the stack is removed", async () => {
  const { WebhookSecrets } = await resourcesOf(app("first-app", { webhook: hook }));
  expect(WebhookSecrets).toMatchObject({ Type: "AWS::SecretsManager::Secret", DeletionPolicy: "Retain" });
  expect(Object.keys(WebhookSecrets?.Properties ?? {}).sort()).toEqual(["Description", "KmsKeyId", "Tags"]);
});

test("a partner has an alarm for failing deliveries and one for its dead letters, each with its runbook section", async () => {
  const resources = await resourcesOf(app("first-app", { webhook: hook }));
  const { FirstAppWebhookFailingAlarm: failing, FirstAppWebhookDeadLettersAlarm: deadLetters } = resources;
  for (const [alarm, section] of [
    [failing, "partnerwebhookfailing"],
    [deadLetters, "partnerwebhookdeadletters"],
  ] as const)
    expect(alarm?.Properties).toMatchObject({
      AlarmDescription: expect.stringMatching(new RegExp(` Runbook: docs/runbook\\.md#${section}$`)),
      AlarmActions: [{ Ref: "OperatorTopic" }],
      OKActions: [{ Ref: "OperatorTopic" }],
      TreatMissingData: "notBreaching",
    });
  const metrics = z
    .array(z.looseObject({ Id: z.string(), MetricStat: z.looseObject({ Metric: z.unknown() }).optional() }))
    .parse(failing?.Properties["Metrics"]);
  const ofPartner = [{ Name: "partner", Value: "first-app" }];
  expect(metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))).toMatchObject([
    { Namespace: "perfectgym-gateway/prod", MetricName: "WebhookFailed", Dimensions: ofPartner },
    { Namespace: "perfectgym-gateway/prod", MetricName: "WebhookDelivered", Dimensions: ofPartner },
    { Namespace: "AWS/SQS", MetricName: "ApproximateAgeOfOldestMessage" },
  ]);
});

test("the function gets URLs and studios, and the message about too many says what to do", async () => {
  const partners = (count: number) =>
    given(Array.from({ length: count }, (_, i) => app(`app-${i}`, { webhook: { ...hook, url: `${hook.url}/${i}` } })));
  expect(JSON.parse(await webhookEndpoints(partners(1)))).toEqual({
    "app-0": { url: "https://app.example.com/hook/0", studios: ["one"] },
  });
  await webhookEndpoints(partners(40));
  await expect(webhookEndpoints(partners(60))).rejects.toThrow(/take \d+ bytes, .* room for 3584\. Shorten the URLs/);
});

test("the function may read its secret, and move messages of its own queues, but no more", async () => {
  const { service } = await loadService({});
  const role = z.object({
    Policies: z.tuple([z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) })]),
  });
  const { DeliverWebhookRole } = service.resources.Resources;
  const [{ PolicyDocument }] = role.parse(DeliverWebhookRole?.Properties).Policies;
  const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
  const queue = arn("ChainPartnerWebhookQueue");
  expect(PolicyDocument.Statement).toEqual([
    { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: arn("DeliverWebhookLogGroup") },
    { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
    { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "WebhookSecrets" } },
    { Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource: queue },
    { Effect: "Allow", Action: "sqs:ChangeMessageVisibility", Resource: [queue] },
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: [arn("ChainPartnerWebhookDeadLetters")] },
  ]);
});

const urlFault = "first-app: webhook.url must be an https URL with a public host name";

test.each([
  ["no URL", { events: hook.events }, urlFault],
  ["a URL in the clear", { ...hook, url: "http://app.example.com/hook" }, urlFault],
  ["an address of the gym's network", { ...hook, url: "https://10.0.0.5/hook" }, urlFault],
  ["credentials", { ...hook, url: "https://me:pw@app.example.com/hook" }, urlFault],
  ["a URL of more than 400 characters", { ...hook, url: `https://app.example.com/${"x".repeat(400)}` }, urlFault],
  ["no events", { url: hook.url }, "first-app: webhook.events must be some of ContractCancelationRequested, "],
  ["an empty list of events", { ...hook, events: [] }, "first-app: webhook.events must be some of"],
  ["an event nobody knows", { ...hook, events: ["ContractCanceled"] }, "first-app: webhook.events must be some of"],
  [
    "an event twice",
    { ...hook, events: [...hook.events, ...hook.events] },
    "first-app: webhook.events must be some of",
  ],
  ["an unknown field", { ...hook, secret: "x" }, "first-app: webhook.secret: unknown field"],
  ["only a URL", "https://app.example.com/hook", "first-app: webhook must have url and events"],
])("a webhook with %s is refused with file and field", async (_, webhook, words) => {
  await expect(entitlements(given([app("first-app", { webhook })]))).rejects.toThrow(`infra/partners.yml: ${words}`);
});

test("a partner that may act for single members only gets no events about all of them", async () => {
  const partner = app("first-app", { tokens: ["member"], webhook: hook });
  await expect(signIn(given([partner]))).rejects.toThrow("first-app: webhook requires the kind of token partner");
});
