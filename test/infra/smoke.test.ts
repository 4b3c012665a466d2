import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { outcomeOf } from "#infra/command.ts";
import { listen } from "#infra/http-server.ts";
import type { Local } from "#infra/local/local.ts";
import { type Given, look, smoke } from "#infra/smoke.ts";
import { startHere } from "./local/process.ts";

const topic = "arn:aws:sns:eu-central-1:123456789012:topic";
const client = { ClientId: "demo-partner", ClientName: "first-app", ClientSecret: "demo-secret" };
const answers: Readonly<Record<string, object>> = {
  ListUserPools: { UserPools: [{ Id: "p1", Name: "perfectgym-gateway-prod" }] },
  ListUserPoolClients: { UserPoolClients: [{ ClientId: client.ClientId }] },
  DescribeUserPoolClient: { UserPoolClient: client },
};

/** Cognito's part of the wire. */
const aws = createServer(async (request, response) => {
  const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
  await json(request);
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answers[action]));
});

let gateway: Local;
let endpoint: string;
beforeAll(async () => {
  for (const name of ["stdout", "stderr"] as const) vi.spyOn(process[name], "write").mockReturnValue(true);
  [gateway, endpoint] = await Promise.all([startHere(), listen(aws, 0)]);
});
afterAll(async () => {
  aws.close().closeAllConnections();
  await gateway.close();
});

/** States that the alarm was set to, and what its history says once it rang. */
let states: unknown[];
let summary: string | undefined;
beforeEach(() => {
  states = [];
  summary = `Successfully executed action ${topic}`;
});

/** CloudFormation and CloudWatch, as far as the command asks them. */
const control = (outputs: Readonly<Record<string, string>>) => async (command: { readonly input: object }) => {
  const { input } = command;
  if ("StackName" in input)
    return {
      Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
    };
  if ("AlarmNamePrefix" in input)
    return { MetricAlarms: [{ AlarmName: `${input.AlarmNamePrefix}Alarm-1`, AlarmActions: [topic] }] };
  if ("StateValue" in input) return states.push(input.StateValue);
  return { AlarmHistoryItems: states.length > 0 && summary ? [{ HistorySummary: summary }] : [] };
};

const given: Given = { stage: "prod", region: "eu-central-1", partner: "first-app", customer: "1000" };

const found = async (change: Partial<Given> = {}) => {
  const send = control({ HttpApiUrl: gateway.url, OperatorTopic: topic });
  const credentials = { accessKeyId: "t", secretAccessKey: "t" };
  const results = await look(
    { ...given, ...change },
    {
      cloudFormation: { send } as never,
      cloudWatch: { send } as never,
      cognito: new CognitoIdentityProviderClient({ region: "eu-central-1", endpoint, credentials }),
      pauseMs: 1,
    },
  );
  return Object.fromEntries(results.map(([name, isGood, text]) => [name, `${isGood} ${text}`]));
};

test("finds what is deployed, a token, a read and an alarm that reaches the topic, and silences the alarm", async () => {
  expect(await found()).toEqual({
    deployed: expect.stringMatching(/^true \d+\.\d+\.\d+, commit local$/),
    read: "true token, gateway, key and upstream work",
    alarm: "true the topic took it",
  });
  expect(states).toEqual(["ALARM", "OK"]);
});

test("says of each part by itself why it fails", async () => {
  summary = `Failed to execute action ${topic}`;
  expect(await found({ customer: "999999" })).toMatchObject({
    deployed: expect.stringMatching(/^true /),
    read: "false token accepted, but the read got 404 upstream-refused",
    alarm: `false Failed to execute action ${topic}`,
  });
  expect(states).toEqual(["ALARM", "OK"]);
  summary = undefined;
  expect(await found({ partner: "second-app", url: "http://127.0.0.1:9" })).toEqual({
    deployed: "false fetch failed",
    read: "false fetch failed",
    alarm: "false the alarm's history shows no action",
  });
  expect(await found({ partner: "second-app" })).toMatchObject({
    read: "false there is no partner second-app here, but first-app",
  });
});

test("a command line without a partner or a member says how it is used", async () => {
  const { code, stderr } = await outcomeOf(smoke, ["--stage", "prod"], process.stdin);
  expect([code, stderr]).toEqual([1, expect.stringContaining("usage: npm run smoke")]);
});
