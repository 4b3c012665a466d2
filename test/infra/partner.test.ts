import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "#infra/http-server.ts";

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

const server = createServer(async (request, response) => {
  const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
  const answer = answers[action]?.((await json(request)) as Record<string, string>);
  response
    .writeHead(answer ? 200 : 400, { "content-type": "application/x-amz-json-1.1" })
    .end(JSON.stringify(answer ?? {}));
});
let url: string;
beforeAll(async () => {
  url = await listen(server, 0);
});
afterAll(() => server.close().closeAllConnections());

const partner = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = {
      PATH: process.env["PATH"],
      TEST_RUN: process.env["TEST_RUN"],
      AWS_ACCESS_KEY_ID: "t",
      AWS_SECRET_ACCESS_KEY: "t",
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url,
    };
    execFile(
      process.execPath,
      ["--import", "./infra/node.js", "infra/partner.ts", ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, stdout, stderr }),
    );
  });

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
])("%s ends the command with a sentence and exit code 1", async (_, args, words) => {
  const { code, stdout, stderr } = await partner(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(words);
  expect(stderr).not.toContain("    at ");
});
