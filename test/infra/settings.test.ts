import { expect, test } from "vitest";
import { audience, entitlements } from "#infra/config/partners.ts";
import { settings } from "#infra/config/settings.ts";

/** Only right with the issuer of its settings. */
const partners = [{ name: "first-app", clientId: "abc", scopes: ["customer.read"], studios: ["one"] }];

/** What osls hands to a JavaScript variable source, with this settings file. */
const given = (
  file: unknown,
  { stage = "prod", param }: { readonly stage?: string; readonly param?: string[] } = {},
) => ({
  options: { stage, param },
  resolveVariable: async (variable: string) => (variable.includes("settings") ? file : partners),
});

const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/0123-abcd";
const issuer = "https://issuer.example.com";

test("a stage has its own settings before those of every stage, and defaults for the others", async () => {
  const file = { default: { reminderRate: 200, reminderPolicy: "uk" }, prod: { reminderRate: 100 }, dev: null };
  expect(await settings(given(file))).toMatchObject({
    reminderRate: 100,
    reminderPolicy: "uk",
    reminderTimeZone: "Europe/Berlin",
    reminders: true,
    corsOrigins: [],
  });
  expect(await settings(given(file, { stage: "dev" }))).toMatchObject({ reminderRate: 200 });
});

test.each([
  ["a name that is mistyped", { corsOrigin: ["https://app.example.com"] }, "prod.corsOrigin: there is no such setting"],
  ["origins as text", { corsOrigins: "https://app.example.com" }, "prod.corsOrigins must be a list of origins"],
  ["an origin with a path", { corsOrigins: ["https://app.example.com/"] }, "https://app.example.com/ is not an origin"],
  ["every origin", { corsOrigins: ["*"] }, "prod.corsOrigins * is not an origin"],
  ["an origin in the clear", { corsOrigins: ["http://app.example.com"] }, "is not an origin"],
  ["an issuer in the clear", { issuer: "http://issuer.example.com" }, "prod.issuer must be an https URL"],
  ["an issuer that is no URL", { issuer: "issuer" }, "prod.issuer must be an https URL"],
  ["an audience without issuer", { audience: ["api"] }, "prod.audience requires issuer"],
  ["an audience that is empty", { issuer, audience: [""] }, "prod.audience.0 must be a list of audiences"],
  ["a client's claim without issuer", { clientClaim: "cid" }, "prod.clientClaim requires issuer"],
  ["a claim with quotes", { issuer, clientClaim: 'cid"' }, "prod.clientClaim must be a claim's name"],
  ["a member's claim that is empty", { memberClaim: "" }, "prod.memberClaim must be a claim's name"],
  ["a member's claim as a number", { memberClaim: 7 }, "prod.memberClaim must be a claim's name"],
  ["a policy nobody knows", { reminderPolicy: "nope" }, "prod.reminderPolicy must be one of default, uk"],
  ["a rate in words", { reminderRate: "abc" }, "prod.reminderRate must be a whole number from 1"],
  ["a rate as text", { reminderRate: "300" }, "prod.reminderRate must be a whole number from 1"],
  ["a rate of zero", { reminderRate: 0 }, "prod.reminderRate must be a whole number from 1"],
  ["a rate with a fraction", { reminderRate: 1.5 }, "prod.reminderRate must be a whole number from 1"],
  ["days before now", { reminderRecheckDays: -3 }, "prod.reminderRecheckDays must be a whole number from 1 to 30"],
  ["a year of days", { reminderRecheckDays: 365 }, "prod.reminderRecheckDays must be a whole number from 1 to 30"],
  ["a time zone on Mars", { reminderTimeZone: "Mars" }, "prod.reminderTimeZone must be an IANA time zone"],
  ["a time zone that is empty", { reminderTimeZone: "" }, "prod.reminderTimeZone must be an IANA time zone"],
  [
    "one Lambda, fewer than SQS allows",
    { reminderConcurrency: 1 },
    "prod.reminderConcurrency must be a whole number from 2",
  ],
  ["a schedule of Unix", { reminderSchedule: "0 6 * * *" }, "prod.reminderSchedule must be an EventBridge schedule"],
  ["a cron of five fields", { reminderSchedule: "cron(0 6 * * ?)" }, "prod.reminderSchedule must be an EventBridge"],
  ["a switch in words", { reminders: "off" }, "prod.reminders must be true or false"],
  [
    "two addresses for alarms",
    { alarmEmail: "a@example.com b@example.com" },
    "prod.alarmEmail must be an e-mail address",
  ],
  ["logs for a day", { logRetentionDays: 1 }, "prod.logRetentionDays must be one of 7, 14, 30"],
  ["logs for ever", { logRetentionDays: "never" }, "prod.logRetentionDays must be one of 7, 14, 30"],
  ["no reads", { readsPerSecond: 0 }, "prod.readsPerSecond must be a whole number from 1"],
  ["half a write", { writesPerSecond: 0.5 }, "prod.writesPerSecond must be a whole number from 1"],
  ["a domain as text", { domain: "api.example.com" }, "prod.domain must have name and certificate"],
  [
    "a domain with https",
    { domain: { name: "https://api.example.com", certificate } },
    "prod.domain.name must be a domain",
  ],
  [
    "a certificate of IAM",
    { domain: { name: "api.example.com", certificate: "arn:aws:iam::1:x" } },
    "prod.domain.certificate must be the ARN",
  ],
  [
    "a domain with more",
    { domain: { name: "api.example.com", certificate, zone: "Z1" } },
    "prod.domain.zone: there is no such setting",
  ],
  ["no endpoint at all", { disableDefaultEndpoint: true }, "prod.disableDefaultEndpoint requires domain"],
  ["a tag of AWS' own", { tags: { "aws:team": "gym" } }, "must be names of at most 128 characters"],
  ["a tag as a number", { tags: { cost: 7 } }, "prod.tags.cost must be names"],
])("%s is refused with file and setting", async (_, own, words) => {
  const sentence = await settings(given({ prod: own })).then(String, (error: Error) => error.message);
  expect(sentence).toMatch(/^infra\/settings\.yml: /);
  expect(sentence).toContain(words);
});

test.each([
  ["no file", null, {}, "infra/settings.yml: must have one block of settings for each stage"],
  ["a list", [], {}, "infra/settings.yml: must have one block of settings for each stage"],
  ["a stage without block", { prod: {} }, { stage: "prdo" }, 'has no block for the stage prdo. Write "prdo: {}"'],
  ["the stage default", { default: {} }, { stage: "default" }, "has no block for the stage default"],
  [
    "a setting on the command line",
    { prod: {} },
    { param: ["corsOrigins=https://app.example.com"] },
    "--param corsOrigins=https://app.example.com: settings are written in infra/settings.yml",
  ],
])("%s is refused", async (_, file, options, words) => {
  await expect(settings(given(file, options))).rejects.toThrow(words);
});

test("every fault is in one sentence, which osls prints once", async () => {
  const run = given({ default: { reminderRates: 1 }, prod: { reminderRate: 0, reminders: 1, issuer: "x" } });
  const sentence =
    "infra/settings.yml: default.reminderRates: there is no such setting; prod.issuer must be an https URL; " +
    "prod.reminders must be true or false; prod.reminderRate must be a whole number from 1 to 1000000";
  await expect(settings(run)).rejects.toMatchObject({ message: sentence, stack: sentence });
  // What else the template asks for in this run. Without its issuer, the partner would look wrong.
  expect(await settings(run)).toMatchObject({ reminderRate: 300 });
  expect([await audience(run), await entitlements(run)]).toEqual([["nobody"], { "Fn::Sub": "[]" }]);
});
