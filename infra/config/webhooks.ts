import { queueNames } from "#lib/webhooks/queues.ts";
import { lastTryAfterSeconds } from "#lib/webhooks/schedule.ts";
import { logicalName, type Receiver, receivers } from "./partners.ts";
import { Misconfigured, type Variables } from "./variables.ts";

// What the template derives from the partners with a webhook. Nothing if there are none.

/** Lambda's 4 KB of environment, less the other variables. */
const endpointBytes = 4096 - 512;

const [hour, day] = [3_600, 86_400];

/** The function that delivers, or none. */
export const webhookFunctions = async (variables: Variables) =>
  (await receivers(variables)).length > 0 ? variables.resolveVariable("file(infra/functions/webhooks.yml)") : {};

const idsOf = ({ name }: Pick<Receiver, "name">) => {
  const prefix = `${logicalName(name)}Webhook`;
  return { queue: `${prefix}Queue`, deadLetters: `${prefix}DeadLetters`, rule: `${prefix}Rule`, prefix };
};

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

/** The triggers of the function: a queue for each partner. One waits until two runs of it are over. */
export const webhookQueues = async (variables: Variables) =>
  (await receivers(variables)).map((receiver) => ({
    sqs: {
      arn: arnOf(idsOf(receiver).queue),
      batchSize: 10,
      maximumConcurrency: 2,
      functionResponseType: "ReportBatchItemFailures",
    },
  }));

/** For the function: `{ "<partner>": { url, studios } }` as JSON. */
export const webhookEndpoints = async (variables: Variables): Promise<string> => {
  const json = JSON.stringify(
    Object.fromEntries((await receivers(variables)).map(({ name, url, studios }) => [name, { url, studios }])),
  );
  const bytes = Buffer.byteLength(json);
  if (bytes > endpointBytes)
    throw new Misconfigured(
      `infra/partners.yml: the webhooks take ${bytes} bytes, a Lambda's environment has room for ${endpointBytes}. Shorten the URLs, or remove some webhooks.`,
    );
  return json;
};

/** The queues of a function's triggers with the dead-letter queue of each, by logical id. */
export const deadLettersOf = (queue: string): string => queue.replace(/Queue$/, "DeadLetters");

/** The resources of all partners with a webhook, and the secret with their signing secrets. */
export const webhooks = async (variables: Variables) => {
  const all = await receivers(variables);
  if (all.length === 0) return {};
  const service = await variables.resolveConfigurationProperty(["service"]);
  const stage = await variables.resolveVariable("sls:stage");
  const own = all.map((receiver) =>
    resourcesOf(receiver, { stack: `${service}-${stage}`, namespace: `${service}/${stage}` }),
  );
  return Object.assign({ WebhookSecrets: secrets(`${service}-${stage}`) }, ...own);
};

const secrets = (stack: string) => ({
  Type: "AWS::SecretsManager::Secret",
  DeletionPolicy: "Retain",
  UpdateReplacePolicy: "Retain",
  Properties: {
    KmsKeyId: "alias/aws/secretsmanager",
    Description: "The signing secrets of partners' webhooks. npm run partner writes them",
    // `npm run partner` finds the secret by this tag.
    Tags: [{ Key: "webhooks", Value: stack }],
  },
});

interface Names {
  readonly stack: string;
  /** Of the metrics. */
  readonly namespace: string;
}

const resourcesOf = (receiver: Receiver, { stack, namespace }: Names) => {
  const { name, studios, events } = receiver;
  const { queue, deadLetters, rule, prefix } = idsOf(receiver);
  const { waiting, givenUp } = queueNames(stack, name);
  return {
    [rule]: {
      Type: "AWS::Events::Rule",
      Properties: {
        EventBusName: { Ref: "EventBus" },
        Description: `Events for ${name}`,
        EventPattern: { source: ["perfectgym-gateway"], "detail-type": events, detail: { studioId: studios } },
        Targets: [{ Id: "queue", Arn: arnOf(queue), DeadLetterConfig: { Arn: arnOf(deadLetters) } }],
      },
    },
    [queue]: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: waiting,
        SqsManagedSseEnabled: true,
        // Six times the function's timeout, as Lambda advises. After a failed try the function itself sets the time.
        VisibilityTimeout: 180,
        MessageRetentionPeriod: 14 * day,
        // The function gives up by itself, long before. This ends messages that make it crash.
        RedrivePolicy: { deadLetterTargetArn: arnOf(deadLetters), maxReceiveCount: 100 },
      },
    },
    [deadLetters]: {
      Type: "AWS::SQS::Queue",
      Properties: { QueueName: givenUp, SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * day },
    },
    [`${prefix}Policy`]: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: queue }, { Ref: deadLetters }],
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [queue, deadLetters].map((id) => ({
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arnOf(id),
            Condition: { ArnEquals: { "aws:SourceArn": arnOf(rule) } },
          })),
        },
      },
    },
    [`${prefix}FailingAlarm`]: failingAlarm(name, queue, namespace),
    [`${prefix}DeadLettersAlarm`]: deadLettersAlarm(name, deadLetters),
  };
};

const alarm = (AlarmDescription: string, more: object) => ({
  Type: "AWS::CloudWatch::Alarm",
  Properties: {
    AlarmDescription,
    ...more,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
    TreatMissingData: "notBreaching",
    AlarmActions: [{ Ref: "OperatorTopic" }],
    OKActions: [{ Ref: "OperatorTopic" }],
  },
});

const metric = (Id: string, Metric: object, Stat: "Sum" | "Maximum") => ({
  Id,
  ReturnData: false,
  MetricStat: { Metric, Stat, Period: hour },
});

/**
 * An event alone makes four tries in its first hour. SQS does not count the age of messages that were received three
 * times, so an age of an hour means that nothing is received.
 */
const failingAlarm = (name: string, queue: string, Namespace: string) => {
  const ofPartner = (MetricName: string) => ({ Namespace, MetricName, Dimensions: [{ Name: "partner", Value: name }] });
  const age = {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue, "QueueName"] } }],
  };
  return alarm(
    `For one hour ${name} accepted no event, or nothing tried to deliver its events. Tries go on for ${Math.floor(lastTryAfterSeconds / day)} days. Runbook: docs/runbook.md#partnerwebhookfailing`,
    {
      Metrics: [
        {
          Id: "isFailing",
          Expression: `IF((FILL(failed, 0) >= 3 AND FILL(delivered, 0) == 0) OR FILL(age, 0) > ${hour}, 1, 0)`,
        },
        metric("failed", ofPartner("WebhookFailed"), "Sum"),
        metric("delivered", ofPartner("WebhookDelivered"), "Sum"),
        metric("age", age, "Maximum"),
      ],
    },
  );
};

const deadLettersAlarm = (name: string, deadLetters: string) =>
  alarm(
    `Events for ${name} could not be delivered. They are kept for up to 14 days. Runbook: docs/runbook.md#partnerwebhookdeadletters`,
    {
      Namespace: "AWS/SQS",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [deadLetters, "QueueName"] } }],
      Statistic: "Maximum",
      Period: 300,
    },
  );
