import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { outcomeOf } from "#infra/command.ts";
import { listen } from "#infra/http-server.ts";
import { studio as command } from "#infra/studio.ts";

const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:StudiosSecret-1";
const tagged = (stack: string) => [{ Key: "studios", Value: stack }];

interface Version {
  readonly id: string;
  readonly text: string;
}

/** The secret's versions, the current one, and what happens just before a label is moved. */
let versions: Version[] = [];
let current: string | undefined;
let previous: string | undefined;
let beforeMove: () => void;

type Input = Readonly<Record<string, string>>;

/** Secrets Manager's part of the wire. A refusal has a status of its own. */
const answers: Readonly<Record<string, (input: Input) => object>> = {
  ListSecrets: () => ({
    SecretList: [
      { ARN: arn, Tags: tagged("perfectgym-gateway-prod") },
      { ARN: "s2", Tags: tagged("perfectgym-gateway-twice") },
      { ARN: "s3", Tags: tagged("perfectgym-gateway-twice") },
    ],
  }),
  GetSecretValue: ({ VersionStage }) => {
    const found = versions.find(({ id }) => id === (VersionStage === "AWSPREVIOUS" ? previous : current));
    return found
      ? { ARN: arn, VersionId: found.id, SecretString: found.text }
      : { __type: "ResourceNotFoundException", message: "no value" };
  },
  PutSecretValue: ({ ClientRequestToken = "", SecretString = "", VersionStages }) => {
    versions.push({ id: ClientRequestToken, text: SecretString });
    if (!VersionStages) current = ClientRequestToken;
    return { ARN: arn, VersionId: ClientRequestToken };
  },
  UpdateSecretVersionStage: ({ MoveToVersionId, RemoveFromVersionId }) => {
    beforeMove();
    if (RemoveFromVersionId !== current) return { __type: "InvalidParameterException", message: "not the current one" };
    [previous, current] = [current, MoveToVersionId];
    return { ARN: arn };
  },
};

const aws = createServer(async (request, response) => {
  const [, action = ""] = String(request.headers["x-amz-target"]).split(".");
  const answer = answers[action]?.((await json(request)) as Input) ?? {};
  response
    .writeHead("__type" in answer ? 400 : 200, { "content-type": "application/x-amz-json-1.1" })
    .end(JSON.stringify(answer));
});

/** An upstream that knows two keys and counts what it is asked. */
let asked: string[] = [];
const upstream = createServer((request, response) => {
  asked.push(`${request.method} ${request.headers["x-api-key"]}`);
  response.writeHead(["old-key", "new-key"].includes(String(request.headers["x-api-key"])) ? 200 : 401).end();
});

let baseUrl: string;
beforeAll(async () => {
  const [awsUrl, upstreamUrl] = await Promise.all([listen(aws, 0), listen(upstream, 0)]);
  baseUrl = upstreamUrl;
  vi.stubEnv("AWS_ACCESS_KEY_ID", "t");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "t");
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", awsUrl);
});
afterAll(() => {
  for (const server of [aws, upstream]) server.close().closeAllConnections();
});
beforeEach(() => {
  const north = {
    baseUrl,
    apiKey: "old-key",
    timeZone: "Europe/Vienna",
    defaultCancelationReasonId: 9007199254740993n,
  };
  const studios = JSON.stringify({ north, south: { baseUrl, apiKey: "wrong-key" } }, (_, value) =>
    typeof value === "bigint" ? JSON.rawJSON(String(value)) : value,
  );
  versions = [{ id: "v1", text: studios }];
  current = "v1";
  previous = undefined;
  beforeMove = () => {};
  asked = [];
});

const stored = () => JSON.parse(versions.find(({ id }) => id === current)?.text ?? "{}");

const studio = (args: readonly string[], input = "") =>
  outcomeOf(command, ["--stage", "prod", ...args], Readable.from([input]));

test("list and check show the studios and never a key", async () => {
  const listed = await studio(["list"]);
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(listed.stdout).toContain("defaultCancelationReasonId=9007199254740993 timeZone=Europe/Vienna");
  const checked = await studio(["check"]);
  expect(checked).toEqual({
    code: 1,
    stdout: "STUDIO  KEY\nnorth   accepted\nsouth   key rejected (401)\n",
    stderr: "",
  });
  expect(listed.stdout + checked.stdout).not.toMatch(/old-key|wrong-key/);
  expect(asked.sort()).toEqual(["HEAD old-key", "HEAD wrong-key"]);
});

test("put stores a key that the upstream accepts, and leaves everything else as it was", async () => {
  const { code, stdout, stderr } = await studio(
    ["put", "north", "--set", "reminderPolicy=uk", "--set", "timeZone="],
    "new-key\n",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe("north: stored. The functions use it within five minutes.\n");
  expect(stored()).toMatchObject({
    north: { baseUrl, apiKey: "new-key", reminderPolicy: "uk" },
    south: { apiKey: "wrong-key" },
  });
  expect(stored().north).not.toHaveProperty("timeZone");
  expect(versions.at(-1)?.text).toContain("9007199254740993");
});

test("put keeps the old key if the upstream rejects the new one", async () => {
  const refused = await studio(["put", "north"], "mistyped-key");
  expect(refused).toEqual({ code: 1, stdout: "", stderr: "north: key rejected (401). Nothing was stored.\n" });
  expect(versions).toHaveLength(1);
  const unreachable = await studio(["put", "north", "--base-url", "http://127.0.0.1:9"]);
  expect(unreachable).toEqual({ code: 1, stdout: "", stderr: "north: no connection. Nothing was stored.\n" });
});

test("put adds the first studio to a secret that has no value", async () => {
  current = undefined;
  versions = [];
  expect(await studio(["put", "first", "--base-url", baseUrl], "new-key")).toMatchObject({ code: 0 });
  expect(stored()).toEqual({ first: { baseUrl, apiKey: "new-key" } });
});

test("a change that another operator made meanwhile is not undone", async () => {
  beforeMove = () => {
    versions.push({ id: "v2", text: "{}" });
    current = "v2";
  };
  const { code, stderr } = await studio(["remove", "south"]);
  expect([code, stderr]).toEqual([1, "somebody else changed the secret meanwhile: nothing was stored, try again\n"]);
  expect(current).toBe("v2");
});

test("remove removes one studio", async () => {
  expect(await studio(["remove", "south"])).toEqual({ code: 0, stdout: "south: removed\n", stderr: "" });
  expect(Object.keys(stored())).toEqual(["north"]);
});

test("pseudonym shows what the log has instead of an id, also with the key before", async () => {
  const shown = await studio(["pseudonym", "north", "customer:1000"]);
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toMatch(/^[\w-]{16}\n$/);
  expect((await studio(["pseudonym", "north", "contract:1000"])).stdout).not.toBe(shown.stdout);
  await studio(["put", "north"], "new-key");
  const [now, before] = (await studio(["pseudonym", "north", "customer:1000"])).stdout.split("\n");
  expect(before).toBe(shown.stdout.trim());
  expect(now).not.toBe(before);
});

test.each([
  ["a subject without its kind", ["pseudonym", "north", "1000"], "usage: npm run studio"],
  ["a studio that is not there", ["remove", "west"], "there is no studio west here, but north, south"],
  ["a field that nobody knows", ["put", "north", "--set", "timezone=UTC"], "--set timezone: the fields are"],
  ["a key on the command line", ["put", "north", "--set", "apiKey=new-key"], "--set apiKey: the fields are"],
  ["a base URL in the clear", ["put", "north", "--base-url", "http://gym.example.com"], "north.baseUrl: must be https"],
  ["a stage with two secrets", ["list", "--stage", "twice"], "choose one with --secret (s2, s3)"],
  ["a stage that is not deployed", ["list", "--stage", "test"], "there is no secret with the tag studios="],
  ["no command", [], "usage: npm run studio"],
])("%s is refused, and nothing is stored", async (_, args, words) => {
  const { code, stderr } = await studio(args);
  expect(code).toBe(1);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/ {4}at |new-key/);
  expect(versions).toHaveLength(1);
});

test("the command runs as a process, too", () => {
  const args = ["--import", "./infra/node.js", "infra/studio.ts"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("usage: npm run studio");
});
