import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseJson, writeJson } from "#lib/operations/json.ts";
import { checkKey } from "#lib/perfectgym/key-check.ts";
import { pseudonymOf, type Subject } from "#lib/perfectgym/pseudonym.ts";
import { parseStudios, type Studio, type Studios, studioFields } from "#lib/perfectgym/studios.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";
import { type Command, type Input, Refused, runIfMain } from "./command.ts";
import { readSecret, replaceSecret, type SecretValue, secretIdOf } from "./tagged-secret.ts";
import { terminalTable } from "./terminal-table.ts";

const usage = `usage: npm run studio -- list [--stage S] [--region R]
       npm run studio -- check [STUDIO] [--stage S] [--region R]
       npm run studio -- put STUDIO [--base-url URL] [--set FIELD=VALUE ...] [--stage S] [--region R]
       npm run studio -- remove STUDIO [--stage S] [--region R]
       npm run studio -- pseudonym STUDIO (customer:ID | contract:ID) [--stage S] [--region R]

list    shows the studios without their keys
check   asks the upstream whether it accepts each key
put     adds a studio or changes it. Reads the key from stdin, or asks for it. Stores nothing unless the upstream accepts
        the key. An empty key keeps the one that is stored.
remove  removes a studio. Its partners are refused at once, or within five minutes.
pseudonym  shows what the log has as subject instead of this id, with the current key and the one before

--set takes the fields of docs/deploy.md, for example --set timeZone=Europe/Vienna. An empty value removes a field.
--secret ID selects the secret with the keys if several have the tag of the stage.
`;

const read = (args: readonly string[]) => {
  const options = {
    stage: { type: "string", default: "dev" },
    region: { type: "string", default: "eu-central-1" },
    secret: { type: "string" },
    "base-url": { type: "string" },
    set: { type: "string", multiple: true },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [command = "", studioId, ...more] = positionals;
  const wanted = { list: [0], check: [0, 1], put: [1], remove: [1], pseudonym: [2] }[command];
  if (!wanted?.includes(positionals.length - 1)) throw new Refused(usage.trimEnd());
  return { ...values, set: values.set ?? [], command, studioId: studioId ?? "", subject: more[0] ?? "" };
};

type Given = ReturnType<typeof read>;

/** The secret, and the studios in it. */
interface Secret {
  readonly value: SecretValue;
  readonly studios: Studios;
}

const studiosIn = async (client: SecretsManagerClient, { stage, secret }: Given): Promise<Secret> => {
  const id = secret ?? (await secretIdOf(client, { tag: "studios", stack: `perfectgym-gateway-${stage}` }));
  const value = await readSecret(client, id);
  return { value, studios: parseStudios(value.text ?? "{}") };
};

const store = (client: SecretsManagerClient, { value }: Secret, studios: Studios): Promise<void> =>
  replaceSecret(client, value, writeJson(Object.fromEntries(studios)));

const transport = createTransport();

/** What the upstream says about a key. */
const verdictOn = async (studio: Studio): Promise<string> => {
  const status = await checkKey(transport, studio, 10_000);
  if (status === undefined) return "no connection";
  if (status === 200) return "accepted";
  return status === 401 ? "key rejected (401)" : `no answer about the key (${status})`;
};

/** A line without echo from a terminal, or everything from a pipe. */
const readKey = async (input: Input): Promise<string> => {
  if (!input.isTTY) return (await text(input)).trim();
  process.stderr.write("Key (is not shown; empty keeps the one that is stored): ");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  const key = await lines.question("");
  lines.close();
  process.stderr.write("\n");
  return key.trim();
};

/** The fields that the command line sets. An empty text removes one. Numbers stay digits, because ids are int64. */
const fieldsOf = ({ "base-url": baseUrl, set }: Given, key: string): Readonly<Record<string, unknown>> => {
  const fields = set.map((each): readonly [string, unknown] => {
    const [, field = "", value = ""] = /^(\w+)=(.*)$/.exec(each) ?? [];
    if (!settable.includes(field)) throw new Refused(`--set ${field || each}: the fields are ${settable.join(", ")}`);
    return [field, /^\d+$/.test(value) ? parseJson(value) : value];
  });
  return { ...(baseUrl && { baseUrl }), ...(key && { apiKey: key }), ...Object.fromEntries(fields) };
};

/** The key comes from stdin, and the base URL has an option. */
const settable = studioFields.filter((field) => field !== "apiKey" && field !== "baseUrl");

const put = async (client: SecretsManagerClient, secret: Secret, given: Given, input: Input): Promise<string> => {
  const { studioId } = given;
  const fields = { ...secret.studios.get(studioId), ...fieldsOf(given, await readKey(input)) };
  const entry = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  const studios = parseStudios(writeJson({ ...Object.fromEntries(secret.studios), [studioId]: entry }));
  const verdict = await verdictOn(studios.get(studioId) as Studio);
  if (verdict !== "accepted") throw new Refused(`${studioId}: ${verdict}. Nothing was stored.`);
  await store(client, secret, studios);
  return `${studioId}: stored. The functions use it within five minutes.`;
};

const remove = async (client: SecretsManagerClient, secret: Secret, studioId: string): Promise<string> => {
  const studios = new Map(secret.studios);
  if (!studios.delete(studioId)) throw unknown(secret, studioId);
  await store(client, secret, studios);
  return `${studioId}: removed`;
};

const check = async ({ studios, ...secret }: Secret, studioId: string) => {
  if (studioId !== "" && !studios.has(studioId)) throw unknown({ studios, ...secret }, studioId);
  const asked = [...studios].filter(([id]) => studioId === "" || id === studioId);
  const verdicts = await Promise.all(asked.map(async ([id, studio]) => [id, await verdictOn(studio)]));
  const table = terminalTable([["STUDIO", "KEY"], ...verdicts]);
  return verdicts.every(([, verdict]) => verdict === "accepted") ? table : { failed: table };
};

/** With the current key, and with the one before, which older lines of the log were written with. */
const pseudonym = async (client: SecretsManagerClient, secret: Secret, { studioId, subject }: Given) => {
  const { kind, id } = /^(?<kind>customer|contract):(?<id>[1-9]\d*)$/.exec(subject)?.groups ?? {};
  if (!id) throw new Refused(usage.trimEnd());
  if (!secret.studios.has(studioId)) throw unknown(secret, studioId);
  const { text: before = "{}" } = await readSecret(client, secret.value.id, "AWSPREVIOUS");
  const keys = [secret.studios, parseStudios(before)].flatMap((studios) => studios.get(studioId) ?? []);
  return [...new Set(keys.map((each) => pseudonymOf(each, { kind: kind as Subject["kind"], id })))].join("\n");
};

const unknown = ({ studios }: Secret, studioId: string) =>
  new Refused(`there is no studio ${studioId} here, but ${[...studios.keys()].join(", ") || "none"}`);

const list = ({ studios }: Secret): string =>
  terminalTable([
    ["STUDIO", "BASE URL", "OTHER FIELDS"],
    ...[...studios].map(([id, { baseUrl, apiKey: _, ...fields }]) => [
      id,
      baseUrl,
      Object.entries(fields)
        .map(([name, value]) => `${name}=${value}`)
        .join(" "),
    ]),
  ]);

export const studio: Command = async (args, input) => {
  const given = read(args);
  const client = new SecretsManagerClient({ region: given.region });
  const secret = await studiosIn(client, given);
  const { command, studioId } = given;
  const answers = {
    list,
    check: () => check(secret, studioId),
    put: () => put(client, secret, given, input),
    remove: () => remove(client, secret, studioId),
    pseudonym: () => pseudonym(client, secret, given),
  };
  return answers[command as keyof typeof answers](secret);
};

await runIfMain(import.meta.url, studio);
