import * as z from "zod";
import { routeLimits } from "#lib/limits/limits.ts";
import { policies } from "#lib/reminders/policies.ts";
import { type Asked, Misconfigured, oncePerRun } from "./variables.ts";

const file = "infra/settings.yml";

const isOrigin = (text: string): boolean =>
  URL.parse(text)?.origin === text && /^https:\/\/[^*]+$|^http:\/\/localhost(:\d+)?$/.test(text);

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
};

const text = (isRight: (value: string) => boolean, must: string) =>
  z.string({ error: must }).refine(isRight, { error: must });

const wholeNumber = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.int({ error: must }).min(least, { error: must }).max(most, { error: must });
};

/** Also a part of the access log's format. */
const claim = text((name) => /^[\w.:/-]+$/.test(name), "must be a claim's name, such as cid");

const yesOrNo = z.boolean({ error: "must be true or false" });

/** In days. CloudWatch knows no others; less than a week would be gone after a weekend. */
const retentions = [7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const tagsMust = "must be names of at most 128 characters, not beginning with aws:, with texts of at most 256";
const audiences = "must be a list of audiences, which have no spaces";
const origins = "must be a list of origins, such as https://app.example.com";

/** What a stage may set. Only the laptop may have an issuer over HTTP, which is checked later. */
const schema = z.strictObject({
  issuer: text((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ""), "must be an https URL").optional(),
  audience: z
    .array(z.string({ error: audiences }).regex(/^\S+$/, { error: audiences }), { error: audiences })
    .min(1, { error: audiences })
    .optional(),
  clientClaim: claim.optional(),
  memberClaim: claim.optional(),
  corsOrigins: z
    .array(z.string({ error: origins }), { error: origins })
    .superRefine((values, { addIssue }) => {
      for (const value of values)
        if (!isOrigin(value)) addIssue(`${value} is not an origin, for example https://app.example.com`);
    })
    .default([]),
  reminders: yesOrNo.default(true),
  reminderSchedule: text(
    (value) => /^cron\((\S+ ){5}\S+\)$|^rate\([1-9]\d* (minute|hour|day)s?\)$/.test(value),
    "must be an EventBridge schedule, such as cron(0 6 * * ? *)",
  ).default("cron(0 6 * * ? *)"),
  reminderTimeZone: text(isTimeZone, "must be an IANA time zone, such as Europe/Berlin").default("Europe/Berlin"),
  reminderPolicy: z
    .enum(Object.keys(policies), { error: `must be one of ${Object.keys(policies).join(", ")}` })
    .default("default"),
  reminderRate: wholeNumber(1, 1_000_000).default(300),
  reminderRecheckDays: wholeNumber(1, 30).default(7),
  reminderModules: yesOrNo.default(false),
  reminderConcurrency: wholeNumber(2, 1_000).default(4),
  alarmEmail: text((value) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value), "must be an e-mail address").optional(),
  logRetentionDays: z
    .literal(retentions, { error: `must be one of ${retentions.join(", ")}, which CloudWatch allows` })
    .default(30),
  auditYears: wholeNumber(1, 30).default(3),
  readsPerSecond: wholeNumber(1, 10_000).default(routeLimits.reads),
  writesPerSecond: wholeNumber(1, 10_000).default(routeLimits.writes),
  clientRequestsPerHour: wholeNumber(1, 100_000_000).default(20_000),
  domain: z
    .strictObject(
      {
        name: text((value) => /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(value), "must be a domain, such as api.example.com"),
        certificate: text(
          (value) => /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/.test(value),
          "must be the ARN of a certificate in ACM, in the stage's region",
        ),
      },
      { error: "must have name and certificate, and nothing else" },
    )
    .optional(),
  disableDefaultEndpoint: yesOrNo.default(false),
  tags: z
    .record(
      z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, { error: tagsMust }),
      z.string({ error: tagsMust }).max(256, { error: tagsMust }),
      { error: tagsMust },
    )
    .default({}),
});

/** The settings of a stage, with defaults. */
export type StageSettings = z.output<typeof schema>;
/** Settings as a person writes them. */
export type StageSettingsInput = z.input<typeof schema>;

/** What the laptop needs: any http issuer, because then partners have client ids of their own. There, the gateway is the issuer. */
const local: StageSettingsInput = { issuer: "http://localhost", memberClaim: "customer_id" };

const blocks = z.record(z.string(), z.record(z.string(), z.unknown()).nullable());

/** The blocks of the file that count for a stage, by name. @throws Misconfigured */
const blocksFor = async ({ resolveVariable, options }: Asked, stage: string) => {
  const given = z.array(z.string()).catch([]).parse(options.param);
  if (stage === "local") {
    const [, json = "{}"] = given.map((each) => /^settings=(.*)$/s.exec(each)).find(Boolean) ?? [];
    return { local: { ...local, ...z.record(z.string(), z.unknown()).parse(JSON.parse(json)) } };
  }
  if (given.length > 0)
    throw new Misconfigured(
      `--param ${given.join(" --param ")}: settings are written in ${file}, not given on the command line`,
    );
  const parsed = blocks.safeParse(await resolveVariable(`file(${file}), null`));
  if (!parsed.success) throw new Misconfigured(`${file}: must have one block of settings for each stage`);
  const { default: all, [stage]: own } = parsed.data;
  if (own === undefined || stage === "default")
    throw new Misconfigured(
      `${file}: has no block for the stage ${stage}. Write "${stage}: {}" if it has no settings of its own`,
    );
  return { default: all ?? {}, [stage]: own ?? {} };
};

const fail = (stage: string, faults: readonly string[]): void => {
  const where = stage === "local" ? "" : `${file}: `;
  if (faults.length > 0) throw new Misconfigured(`${where}${faults.join("; ")}`);
};

const faultsIn = (block: string, error: z.ZodError | undefined): readonly string[] =>
  (error?.issues ?? []).flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${[block, ...issue.path, key].join(".")}: there is no such setting`)
      : [`${block}.${issue.path.join(".")} ${issue.message}`],
  );

/** Faults of settings that are right by themselves. */
const contradictions = (
  stage: string,
  { issuer, audience, clientClaim, domain, disableDefaultEndpoint }: StageSettings,
): readonly string[] => [
  ...(disableDefaultEndpoint && !domain
    ? [`${stage}.disableDefaultEndpoint requires domain: there would be no endpoint left`]
    : []),
  ...(issuer && stage !== "local" && !issuer.startsWith("https:") ? [`${stage}.issuer must be an https URL`] : []),
  ...(audience && !issuer ? [`${stage}.audience requires issuer: the user pool's tokens have no \`aud\``] : []),
  ...(clientClaim && !issuer
    ? [`${stage}.clientClaim requires issuer: the user pool's tokens name their client in client_id`]
    : []),
];

/** Instead of settings with a fault, after it was reported. */
export const unreadable: StageSettings = schema.parse({});

/** The settings of the stage that osls packages, with the defaults. @throws Misconfigured with every fault, once a run */
export const settings = oncePerRun(async (variables): Promise<StageSettings> => {
  const stage = variables.options.stage ?? "dev";
  const found = await blocksFor(variables, stage);
  const faults = Object.entries(found).flatMap(([block, values]) => faultsIn(block, schema.safeParse(values).error));
  fail(stage, faults);
  const merged = schema.parse(Object.assign({}, ...Object.values(found)));
  fail(stage, contradictions(stage, merged));
  return merged;
}, unreadable);
