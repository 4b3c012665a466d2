/** What each function may do, beyond writing its own log and traces. A function that is not here has no role. */
const readStudios = { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: { Ref: "StudiosSecret" } };

const table = {
  getContractData: [readStudios],
  createContractCancelationAmendment: [readStudios],
  getContractCancelationReasonData: [readStudios],
  withdrawContractCancelation: [readStudios],
  getCustomerContactData: [readStudios],
  createCustomerContactDataAmendment: [readStudios],
  getCustomerAddressData: [readStudios],
  createCustomerAddressDataAmendment: [readStudios],
  getCustomerMasterData: [readStudios],
  createCustomerMasterDataAmendment: [readStudios],
  getCustomerPaymentData: [readStudios],
  createCustomerPaymentDataAmendment: [readStudios],
  withdrawAmendment: [readStudios],
  getProblems: [],
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
  Object.entries(table).map(([name, statements]) => {
    const id = name[0].toUpperCase() + name.slice(1);
    return [`${id}Role`, roleOf(id, statements)];
  }),
);
