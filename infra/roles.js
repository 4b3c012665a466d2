/** What each function may do, beyond writing its own log and traces. A function that is not here has no role. */
const readStudios = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "StudiosSecret" } };

const arn = (id) => ({ "Fn::GetAtt": [id, "Arn"] });
const keepWrites = {
  Effect: "Allow",
  Action: ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  Resource: arn("WritesTable"),
};
const findWaitingEvents = {
  Effect: "Allow",
  Action: "dynamodb:Query",
  Resource: { "Fn::Sub": "${WritesTable.Arn}/index/outbox" },
};
const moveEvents = {
  Effect: "Allow",
  Action: ["dynamodb:PutItem", "dynamodb:UpdateItem"],
  Resource: arn("WritesTable"),
};
const publish = { Effect: "Allow", Action: "events:PutEvents", Resource: arn("EventBus") };
const readPepper = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "WritesPepper" } };
const write = [readStudios, readPepper, keepWrites, publish];

const onReminders = (...actions) => ({
  Effect: "Allow",
  Action: actions.map((action) => `dynamodb:${action}`),
  Resource: arn("RemindersTable"),
});
const send = (queue) => ({ Effect: "Allow", Action: "sqs:SendMessage", Resource: arn(queue) });
const receive = (queue) => ({
  Effect: "Allow",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: arn(queue),
});

const capabilities = {
  getContractData: [readStudios],
  createContractCancelationAmendment: write,
  getContractCancelationReasonData: [readStudios],
  withdrawContractCancelation: write,
  getCustomerContactData: [readStudios],
  createCustomerContactDataAmendment: write,
  getCustomerAddressData: [readStudios],
  createCustomerAddressDataAmendment: write,
  getCustomerMasterData: [readStudios],
  createCustomerMasterDataAmendment: write,
  getCustomerPaymentData: [readStudios],
  createCustomerPaymentDataAmendment: write,
  withdrawAmendment: write,
  getProblems: [],
  getEvents: [],
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
  publishWaitingEvents: [findWaitingEvents, moveEvents, publish],
};

const roleOf = (id, statements) => ({
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
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: { "Fn::GetAtt": [`${id}LogGroup`, "Arn"] },
            },
            // X-Ray has no resources to name: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
            { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
            ...statements,
          ],
        },
      },
    ],
  },
});

export const Resources = Object.fromEntries(
  Object.entries(capabilities).map(([name, statements]) => {
    const id = name[0].toUpperCase() + name.slice(1);
    return [`${id}Role`, roleOf(id, statements)];
  }),
);
