/** What each function may do, beyond writing its own log and traces. A function that is not here has no role. */
const readStudios = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "StudiosSecret" } };

const table = (id) => ({ "Fn::GetAtt": [id, "Arn"] });
const keepWrites = {
  Effect: "Allow",
  Action: ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
  Resource: table("WritesTable"),
};
const findWaitingEvents = {
  Effect: "Allow",
  Action: "dynamodb:Query",
  Resource: { "Fn::Sub": "${WritesTable.Arn}/index/outbox" },
};
const markPublished = { Effect: "Allow", Action: "dynamodb:UpdateItem", Resource: table("WritesTable") };
const publish = { Effect: "Allow", Action: "events:PutEvents", Resource: table("EventBus") };
const write = [readStudios, keepWrites, publish];

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
  publishWaitingEvents: [findWaitingEvents, markPublished, publish],
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
