import naming from "osls/lib/plugins/aws/lib/naming.js";
import { catalog } from "#lib/operations/catalog.ts";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import { type Arn, functionsOf, type Lambda, Misconfigured, type Variables } from "./variables.ts";
import { deadLettersOf } from "./webhooks.ts";

/** Actions on what a variable of the function's environment refers to: `WRITES_TABLE`, or `WRITES_TABLE/index/outbox`. */
type Rights = Readonly<Record<string, readonly string[]>>;

const items = (...actions: readonly string[]) => actions.map((action) => `dynamodb:${action}`);

const upstream: Rights = { STUDIOS_SECRET_ID: ["secretsmanager:GetSecretValue"] };

const read: Rights = { ...upstream, LIMITS_TABLE: items("UpdateItem") };

const write: Rights = {
  ...read,
  WRITES_PEPPER_ID: ["secretsmanager:GetSecretValue"],
  WRITES_TABLE: items("PutItem", "GetItem", "UpdateItem", "DeleteItem"),
  EVENT_BUS: ["events:PutEvents"],
};

/** The rights of functions without a route, which no operation describes. osls adds the right to receive from a queue. */
const jobs: Readonly<Record<string, Rights>> = {
  startReminderRun: { ...upstream, SLICES_QUEUE: ["sqs:SendMessage"], REMINDERS_TABLE: items("GetItem", "UpdateItem") },
  listMembers: {
    ...upstream,
    SLICES_QUEUE: ["sqs:SendMessage"],
    MEMBERS_QUEUE: ["sqs:SendMessage"],
    REMINDERS_TABLE: items("BatchGetItem", "GetItem", "PutItem", "UpdateItem"),
  },
  checkMember: {
    ...upstream,
    MEMBERS_QUEUE: ["sqs:SendMessage"],
    REMINDERS_TABLE: items("BatchGetItem", "GetItem", "PutItem", "UpdateItem"),
    EVENT_BUS: ["events:PutEvents"],
  },
  lookAgain: { REMINDERS_TABLE: items("UpdateItem") },
  publishWaitingEvents: {
    "WRITES_TABLE/index/outbox": items("Query"),
    WRITES_TABLE: items("PutItem", "UpdateItem"),
    EVENT_BUS: ["events:PutEvents"],
  },
  recordAudit: { AUDIT_TABLE: items("PutItem") },
  checkStudios: upstream,
  deliverWebhook: { WEBHOOK_SECRETS_ID: ["secretsmanager:GetSecretValue"] },
};

/** What a job may do besides with the queues that start it, and with their dead-letter queues. */
const queueRights = (name: string, queues: readonly Arn[]) => {
  if (name !== "deliverWebhook" || queues.length === 0) return [];
  const deadLetters = queues.map(({ "Fn::GetAtt": [id] }) => ({ "Fn::GetAtt": [deadLettersOf(id), "Arn"] }));
  return [allow(["sqs:ChangeMessageVisibility"], queues), allow(["sqs:SendMessage"], deadLetters)];
};

const operations = new Map(
  Object.values(catalog).flatMap((each) => each.map((operation: Operation) => [operation.id, operation])),
);

/** The rights of a function with a route follow from its operation. A public page needs none. */
const rightsOf = (name: string, lambda: Lambda): Rights => {
  const operation = operations.get(name);
  if (operation) return isWrite(operation) ? write : read;
  if (lambda.events.some(({ httpApi }) => httpApi)) return {};
  const rights = jobs[name];
  if (!rights) throw new Misconfigured(`${name}: infra/config/roles.ts does not say what this job may do`);
  return rights;
};

const allow = (Action: readonly string[], Resource: unknown) => ({
  Effect: "Allow",
  Action: Action.length === 1 ? Action[0] : Action,
  Resource,
});

/** @throws Misconfigured if a right names a variable that the function's environment does not have */
const statementsOf = (name: string, lambda: Lambda) => {
  const ofVariable = ([key, actions]: [string, readonly string[]]) => {
    const [variable = "", ...path] = key.split("/");
    const id = Reflect.get(Object(lambda.environment[variable]), "Ref");
    if (typeof id !== "string") throw new Misconfigured(`${name}: its environment has no ${variable}`);
    return allow(actions, path.length > 0 ? { "Fn::Sub": `\${${id}.Arn}/${path.join("/")}` } : resourceOf(id, actions));
  };
  const received = lambda.events.flatMap(({ sqs }) => (sqs ? [sqs.arn] : []));
  const failed = lambda.destinations ? [lambda.destinations.onFailure.arn] : [];
  return [
    ...Object.entries(rightsOf(name, lambda)).map(ofVariable),
    ...received.map((arn) => allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arn)),
    ...failed.map((arn) => allow(["sqs:SendMessage"], arn)),
    ...queueRights(name, received),
  ];
};

/** The ARN of a resource. `Ref` of a secret is its ARN; other resources have an attribute for it. */
const resourceOf = (id: string, [action = ""]: readonly string[]) =>
  action.startsWith("secretsmanager:") ? { Ref: id } : { "Fn::GetAtt": [id, "Arn"] };

const roleOf = (name: string, lambda: Lambda) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
    Policies: [
      {
        PolicyName: "own",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], {
              "Fn::GetAtt": [naming.getLogGroupLogicalId(name), "Arn"],
            }),
            // X-Ray does not support resource-level permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
            allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
            ...statementsOf(name, lambda),
          ],
        },
      },
    ],
  },
});

/** A role for each function, by the logical id that its block names: its log, its traces, and what it does with other resources. */
export const roles = async (variables: Variables) => {
  const functions = Object.entries(await functionsOf(variables));
  return Object.fromEntries(functions.map(([name, lambda]) => [lambda.role, roleOf(name, lambda)]));
};
