import { createServer } from "node:http";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { outcomeOf } from "#infra/command.ts";
import { listen } from "#infra/http-server.ts";
import { partner as command } from "#infra/partner.ts";
import { signingSecretOf, type WebhookAsked } from "#infra/webhook-secret.ts";
import { createSecrets } from "#lib/webhooks/secrets.ts";
import { createSecret } from "#lib/webhooks/signature.ts";

const clients: Readonly<Record<string, object>> = {
  c1: {
    ClientId: "c1",
    ClientName: "first-app",
    ClientSecret: "s1",
    AllowedOAuthScopes: ["perfectgym/membership.write", "perfectgym/customer.read"],
  },
  c2: {
    ClientId: "c2",
    ClientName: "second-app",
    ClientSecret: "s2",
    AllowedOAuthScopes: ["perfectgym/membership.read"],
  },
};

/** Cognito's part of the wire, in two pages each. */
const answers: Readonly<Record<string, (input: Record<string, string>) => object>> = {
  ListUserPools: ({ NextToken }) =>
    NextToken
      ? {
          UserPools: ["prod", "twice", "twice"].map((stage, i) => ({
            Id: `p${i + 2}`,
            Name: `perfectgym-gateway-${stage}`,
          })),
        }
      : { UserPools: [{ Id: "p1", Name: "other" }], NextToken: "2" },
  ListUserPoolClients: ({ NextToken }) =>
    NextToken ? { UserPoolClients: [{ ClientId: "c2" }] } : { UserPoolClients: [{ ClientId: "c1" }], NextToken: "2" },
  DescribeUserPoolClient: ({ ClientId = "", UserPoolId }) => ({
    UserPoolClient: UserPoolId === "p2" ? clients[ClientId] : undefined,
  }),
};

/** The client secrets of the first app, and how many Cognito has made. */
let clientSecrets: { ClientSecretId: string; ClientSecretCreateDate: number }[] = [];
let made = 0;

/** Cognito's part of the wire for client secrets. It allows two, and never none. */
const secretAnswers: typeof answers = {
  ListUserPoolClientSecrets: () => ({ ClientSecrets: clientSecrets }),
  AddUserPoolClientSecret: ({ ClientId }) => {
    if (clientSecrets.length > 1) return { __type: "LimitExceededException" };
    const added = { ClientSecretId: `${ClientId}--${++made}`, ClientSecretCreateDate: made };
    clientSecrets = [added, ...clientSecrets];
    return { ClientSecretDescriptor: { ...added, ClientSecretValue: `value-${made}` } };
  },
  DeleteUserPoolClientSecret: ({ ClientSecretId }) => {
    if (clientSecrets.length < 2) return { __type: "InvalidParameterException" };
    clientSecrets = clientSecrets.filter((each) => each.ClientSecretId !== ClientSecretId);
    return {};
  },
};

/** What the secret with the signing secrets has, at each of its versions. */
let versions: string[] = [];
/** What was stored, but is not current yet. */
let pending = "";
/** Happens just before a label is moved to the version that was stored. */
let beforeMove = () => {};
const tagged = (stack: string) => [{ Key: "webhooks", Value: stack }];

/** Secrets Manager's and SQS' part of the wire. */
const webhookAnswers: typeof answers = {
  GetQueueUrl: ({ QueueName }) =>
    /^perfectgym-gateway-(prod|twice|test)-webhook-first-app$/.test(QueueName ?? "")
      ? { QueueUrl: `http://localhost/1/${QueueName}` }
      : { __type: "com.amazonaws.sqs#QueueDoesNotExist" },
  ListSecrets: ({ NextToken }) =>
    NextToken
      ? {
          SecretList: [
            { ARN: "s2", Tags: tagged("perfectgym-gateway-prod") },
            { ARN: "s3", Tags: tagged("perfectgym-gateway-twice") },
          ],
        }
      : {
          SecretList: [
            { ARN: "s1", Tags: tagged("perfectgym-gateway-twice") },
            { ARN: "s4", Tags: tagged("perfectgym-gateway-production") },
          ],
          NextToken: "2",
        },
  GetSecretValue: ({ SecretId }) =>
    SecretId === "s2" && versions.length > 0
      ? { SecretString: versions.at(-1), VersionId: String(versions.length) }
      : { __type: "ResourceNotFoundException" },
  PutSecretValue: ({ SecretId, SecretString = "", VersionStages }) => {
    expect(SecretId).toBe("s2");
    if (VersionStages) pending = SecretString;
    else versions.push(SecretString);
    return {};
  },
  UpdateSecretVersionStage: ({ RemoveFromVersionId }) => {
    beforeMove();
    if (RemoveFromVersionId !== String(versions.length)) return { __type: "InvalidParameterException" };
    versions.push(pending);
    return {};
  },
};

const server = createServer(async (request, response) => {
  const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
  const answer = { ...answers, ...secretAnswers, ...webhookAnswers }[action]?.(
    (await json(request)) as Record<string, string>,
  );
  response
    .writeHead(answer && !("__type" in answer) ? 200 : 400, { "content-type": "application/x-amz-json-1.1" })
    .end(JSON.stringify(answer ?? {}));
});
let url: string;
beforeAll(async () => {
  url = await listen(server, 0);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "t");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "t");
  for (const service of ["COGNITO_IDENTITY_PROVIDER", "SECRETS_MANAGER", "SQS"])
    vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, url);
});
afterAll(() => server.close().closeAllConnections());

const partner = (...args: string[]) => outcomeOf(command, args, Readable.from([]));

test("list shows the deployed partners without their secrets", async () => {
  expect(await partner("list", "--stage", "prod")).toEqual({
    code: 0,
    stdout:
      "NAME        CLIENT ID  SCOPES\nfirst-app   c1         customer.read membership.write\nsecond-app  c2         membership.read\n",
    stderr: "",
  });
});

test("secret prints one partner's credentials", async () => {
  expect(await partner("secret", "second-app", "--stage", "prod")).toMatchObject({
    stdout: "client_id=c2\nclient_secret=s2\n",
  });
});

test("an option chooses the pool if several have its name", async () => {
  const { stdout } = await partner("secret", "first-app", "--pool", "p2", "--stage", "twice");
  expect(stdout).toBe("client_id=c1\nclient_secret=s1\n");
});

test.each([
  [
    "an unknown partner",
    ["secret", "third-app", "--stage", "prod"],
    "there is no partner third-app here, but first-app, second-app",
  ],
  ["a stage that is not deployed", ["list", "--stage", "test"], "there is no user pool perfectgym-gateway-test"],
  ["a stage with two pools", ["list", "--stage", "twice"], "choose one with --pool (p3, p4)"],
  ["no command", [], "usage: npm run partner"],
  ["an unknown option", ["list", "--all"], "--all"],
  ["a rotation of another kind", ["secret", "first-app", "--rotate"], "usage: npm run partner"],
  ["an end of no rotation", ["revoke", "first-app", "--finish"], "usage: npm run partner"],
])("%s ends the command with a sentence and exit code 1", async (_, args, words) => {
  const { code, stdout, stderr } = await partner(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
});

const idsNow = () => clientSecrets.map(({ ClientSecretId }) => ClientSecretId);
const oneSecret = () => {
  clientSecrets = [{ ClientSecretId: "c1--0", ClientSecretCreateDate: 0 }];
  made = 0;
};

test("rotate makes a second secret, and --finish removes the older one", async () => {
  oneSecret();
  const begun = await partner("rotate", "first-app", "--stage", "prod");
  expect(begun).toMatchObject({ code: 0, stdout: "client_id=c1\nclient_secret=value-1\n" });
  expect(idsNow()).toEqual(["c1--1", "c1--0"]);
  expect(await partner("rotate", "first-app", "--stage", "prod")).toMatchObject({
    code: 1,
    stderr: "there are two secrets already: end the last rotation with --finish first\n",
  });
  expect(await partner("rotate", "first-app", "--finish", "--stage", "prod")).toMatchObject({ code: 0 });
  expect(idsNow()).toEqual(["c1--1"]);
  expect(await partner("rotate", "first-app", "--finish", "--stage", "prod")).toMatchObject({ code: 1 });
});

test.each([false, true])(
  "revoke leaves no secret that anybody has seen, also during a rotation (%s)",
  async (isRotating) => {
    oneSecret();
    if (isRotating) await partner("rotate", "first-app", "--stage", "prod");
    const { code, stdout, stderr } = await partner("revoke", "first-app", "--stage", "prod");
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("value-");
    expect(idsNow()).toEqual([`c1--${made}`]);
    expect(made).toBe(isRotating ? 2 : 1);
  },
);

const credentials = { accessKeyId: "t", secretAccessKey: "t" };

/** The command `webhook`, without a process of its own. */
const webhook = (asked: Partial<WebhookAsked> = {}) => {
  const options = { endpoint: url, region: "eu-central-1", credentials };
  const clients = { secretsManager: new SecretsManagerClient(options), sqs: new SQSClient(options) };
  const byDefault = { stack: "perfectgym-gateway-prod", partner: "first-app", rotate: false, atOnce: false };
  return signingSecretOf(clients, { ...byDefault, ...asked });
};

/** The secrets that sign now, as the function reads them. */
const signing = (at = Date.now()) =>
  createSecrets({ fetchSecret: async () => versions.at(-1) ?? "", now: () => at })("first-app");

test("webhook makes a partner's first signing secret, and prints the same one from then on", async () => {
  versions = [];
  const { code, stdout } = await partner("webhook", "first-app", "--stage", "prod");
  const [, secret = ""] = /^(whsec_\S+)\n$/.exec(stdout) ?? [];
  expect([code, await signing()]).toEqual([0, [secret]]);
  expect(Buffer.from(secret.slice("whsec_".length), "base64")).toHaveLength(32);
  expect(await webhook()).toEqual({ secret, replacedUntil: undefined });
  expect(versions).toHaveLength(1);
});

test("a rotated secret signs beside the new one for a day, and other partners keep theirs", async () => {
  const others = { "second-app": [{ secret: createSecret() }] };
  versions = [JSON.stringify(others)];
  const first = await webhook();
  const second = await webhook({ rotate: true });
  const third = await webhook({ rotate: true });
  expect(await signing()).toEqual([third.secret, second.secret, first.secret]);
  expect(await signing(Date.now() + 25 * 3_600_000)).toEqual([third.secret]);
  expect(Date.parse(second.replacedUntil ?? "") - Date.now()).toBeGreaterThan(23 * 3_600_000);
  expect(await webhook()).toEqual({ secret: third.secret, replacedUntil: third.replacedUntil });
  const fourth = await webhook({ rotate: true, atOnce: true });
  expect([await signing(), fourth.replacedUntil]).toEqual([[fourth.secret], undefined]);
  expect(JSON.parse(versions.at(-1) ?? "")).toMatchObject(others);
});

test("a signing secret that another operator made meanwhile is not lost", async () => {
  versions = [JSON.stringify({ "second-app": [{ secret: createSecret() }] })];
  beforeMove = () => versions.push("{}");
  onTestFinished(() => {
    beforeMove = () => {};
  });
  await expect(webhook()).rejects.toThrow("somebody else changed the secret meanwhile: nothing was stored, try again");
  expect(versions.at(-1)).toBe("{}");
});

test("another rotation does not let a secret that was replaced before sign for longer", async () => {
  const older = { secret: createSecret(), until: new Date(Date.now() + 3_600_000).toISOString() };
  versions = [JSON.stringify({ "first-app": [{ secret: createSecret() }, older] })];
  await webhook({ rotate: true });
  expect(JSON.parse(versions.at(-1) ?? "")["first-app"].at(-1)).toEqual(older);
});

test.each([
  ["a partner without a webhook", { partner: "second-app" }, "second-app has no webhook in perfectgym-gateway-prod"],
  ["two secrets with the stack's tag", { stack: "perfectgym-gateway-twice" }, "choose one with --secret (s1, s3)"],
  ["no secret with the stack's tag", { stack: "perfectgym-gateway-test" }, "there is no secret with the tag"],
])("webhook refuses %s, and changes nothing", async (_, asked, words) => {
  versions = [];
  await expect(webhook(asked)).rejects.toThrow(words);
  expect(versions).toEqual([]);
});

test("webhook does not overwrite what it cannot read, and does not repeat it", async () => {
  versions = ['{"first-app":[{"secret":"whsec_short"}]}'];
  await expect(webhook({ rotate: true })).rejects.toThrow("not as npm run partner writes it");
  expect(versions).toHaveLength(1);
});
