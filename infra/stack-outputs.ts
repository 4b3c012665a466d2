import { type CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";

/** The outputs of a stage's stack, by name. @throws the SDK's error if there is no such stack */
export const stackOutputs = async (
  client: Pick<CloudFormationClient, "send">,
  stage: string,
): Promise<ReadonlyMap<string, string>> => {
  const asked = new DescribeStacksCommand({ StackName: `perfectgym-gateway-${stage}` });
  const { Stacks: [stack] = [] } = await client.send(asked);
  return new Map((stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
};
