import { parseArgs } from "node:util";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { type Command, Refused, runIfMain } from "./command.ts";
import { clientOf } from "./partner.ts";
import { stackOutputs } from "./stack-outputs.ts";
import { terminalTable } from "./terminal-table.ts";

const usage = `usage: npm run smoke -- --partner NAME --customer ID [--studio ID] [--url URL] [--stage S] [--region R]

Looks whether a deployed stage serves: what is deployed, a token of a partner, a read of a test member's contracts, and an
alarm that reaches the operator's topic. It changes nothing but the state of one alarm, for a moment.

--partner   a partner that may read contracts, with a client in the stage's user pool
--customer  the id of a test member
--studio    the member's studio, if the partner has several
--url       the stage's address, if it has a domain of its own
SMOKE_TOKEN has a token instead, if the stage has another issuer.
`;

const read = (args: readonly string[]) => {
  const options = {
    stage: { type: "string", default: "dev" },
    region: { type: "string", default: "eu-central-1" },
    partner: { type: "string" },
    customer: { type: "string" },
    studio: { type: "string" },
    url: { type: "string" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const { partner, customer, ...others } = values;
  if (!partner || !/^[1-9]\d*$/.test(customer ?? "")) throw new Refused(usage.trimEnd());
  return { ...others, partner, customer };
};

export type Given = ReturnType<typeof read>;

interface Sends {
  readonly cloudFormation: Pick<CloudFormationClient, "send">;
  readonly cloudWatch: Pick<CloudWatchClient, "send">;
  readonly cognito: CognitoIdentityProviderClient;
  /** Milliseconds between two looks at an alarm's history. */
  readonly pauseMs: number;
}

/** A check: what it found, or a thrown reason why it failed. */
type Check = readonly [name: string, look: () => Promise<string>];

const timeLimit = () => ({ signal: AbortSignal.timeout(30_000) });

const jsonFrom = async (url: string, init: RequestInit = {}): Promise<{ status: number; json: unknown }> => {
  const response = await fetch(url, { ...timeLimit(), ...init });
  const text = await response.text();
  try {
    return { status: response.status, json: JSON.parse(text) };
  } catch {
    throw new Refused(`${response.status} without JSON`);
  }
};

const field = (value: unknown, ...path: readonly string[]): string =>
  String(path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], value) ?? "");

const tokenOf = async (url: string, { cognito }: Sends, { stage, partner }: Given): Promise<string> => {
  if (process.env["SMOKE_TOKEN"]) return process.env["SMOKE_TOKEN"];
  const { json } = await jsonFrom(`${url}/openapi.json`);
  const tokenUrl = field(json, "components", "securitySchemes", "token", "flows", "clientCredentials", "tokenUrl");
  if (!tokenUrl) throw new Refused("the stage has another issuer: set SMOKE_TOKEN");
  const { ClientId, ClientSecret } = await clientOf(cognito, { stack: `perfectgym-gateway-${stage}`, name: partner });
  const answer = await jsonFrom(new URL(tokenUrl, url).href, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${ClientId}:${ClientSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const token = field(answer.json, "access_token");
  if (!token) throw new Refused(`${answer.status} ${field(answer.json, "error")}`);
  return token;
};

/** The alarm rings and is quiet again. Its history says whether the topic took it: nobody's mailbox has to be read. */
const ring = async ({ cloudWatch, pauseMs }: Sends, stack: string): Promise<string> => {
  const AlarmNamePrefix = `${stack}-EventsMalformed`;
  const { MetricAlarms: [alarm] = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix }));
  const { AlarmName, AlarmActions = [] } = alarm ?? {};
  if (!AlarmName || AlarmActions.length === 0) throw new Refused(`no alarm ${AlarmNamePrefix} with an action`);
  const StartDate = new Date();
  const set = (StateValue: "ALARM" | "OK") =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "npm run smoke" }));
  await set("ALARM");
  try {
    for (let look = 0; look < 30; look++) {
      const history = new DescribeAlarmHistoryCommand({ AlarmName, HistoryItemType: "Action", StartDate });
      const { AlarmHistoryItems: [latest] = [] } = await cloudWatch.send(history);
      const { HistorySummary = "" } = latest ?? {};
      if (HistorySummary.startsWith("Successfully executed action")) return "the topic took it";
      if (HistorySummary) throw new Refused(HistorySummary);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    throw new Refused("the alarm's history shows no action");
  } finally {
    await set("OK");
  }
};

/** What each check found. The later ones go on if an earlier one fails, as far as they can. */
export const look = async (given: Given, sends: Sends): Promise<readonly (readonly [string, boolean, string])[]> => {
  const stack = `perfectgym-gateway-${given.stage}`;
  const outputs = await stackOutputs(sends.cloudFormation, given.stage);
  const url = (given.url ?? outputs.get("HttpApiUrl") ?? "").replace(/\/$/, "");
  const checks: readonly Check[] = [
    [
      "deployed",
      async () => {
        const { status, json } = await jsonFrom(`${url}/health`);
        if (field(json, "status") !== "ok") throw new Refused(`GET /health answered ${status}`);
        return `${field(json, "version")}, commit ${field(json, "commit")}`;
      },
    ],
    [
      "read",
      async () => {
        const headers = {
          authorization: `Bearer ${await tokenOf(url, sends, given)}`,
          ...(given.studio && { "studio-id": given.studio }),
        };
        const path = `/v1/memberships/${given.customer}/self-service/contract-data`;
        const { status, json } = await jsonFrom(url + path, { headers });
        if (status !== 200) throw new Refused(`token accepted, but the read got ${status} ${field(json, "code")}`);
        return "token, gateway, key and upstream work";
      },
    ],
    ["alarm", () => ring(sends, stack)],
  ];
  const results = checks.map(async ([name, check]) =>
    check().then(
      (found) => [name, true, found] as const,
      (error: unknown) => [name, false, error instanceof Error ? error.message : String(error)] as const,
    ),
  );
  return Promise.all(results);
};

export const smoke: Command = async (args) => {
  const given = read(args);
  const { region } = given;
  const results = await look(given, {
    cloudFormation: new CloudFormationClient({ region }),
    cloudWatch: new CloudWatchClient({ region }),
    cognito: new CognitoIdentityProviderClient({ region }),
    pauseMs: 2_000,
  });
  const table = terminalTable([
    ["CHECK", "", "FOUND"],
    ...results.map(([name, isGood, found]) => [name, isGood ? "ok" : "FAILED", found]),
  ]);
  return results.every(([, isGood]) => isGood) ? table : { failed: table };
};

await runIfMain(import.meta.url, smoke);
