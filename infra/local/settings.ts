import type { StageSettingsInput } from "#infra/config/settings.ts";
import { wholeNumberIn } from "#lib/environment.ts";
import { baseUrl as studioBaseUrl, apiKey as studioKey } from "#lib/perfectgym/studios.ts";
import { StartFailed } from "./start-failed.ts";

export interface Settings {
  /** The gateway's port. 0: any free port. */
  readonly port: number;
  /** An upstream that replaces the sandbox. */
  readonly upstream: { readonly baseUrl: string; readonly apiKey: string } | undefined;
  readonly sandboxMembers: number;
  /** What the sandbox does with contact data that a change leaves out. */
  readonly contactChanges: "MERGED" | "REPLACED";
  /** What the terminal shows: a line for each request and event, or the log of the functions as JSON. */
  readonly log: "lines" | "json";
  /** Host names besides localhost that requests may use, in lower case. */
  readonly allowedHosts: readonly string[];
  /** The secret of every partner. @default those of docs/local.md, or random ones if the upstream is on another machine */
  readonly demoSecret: string | undefined;
  /** What infra/settings.yml is for a deployed stage. */
  readonly stage: StageSettingsInput;
  /** Where each event is posted. */
  readonly eventsUrl: string | undefined;
  /** The demo studio's reason for a cancelation without one. */
  readonly defaultCancelationReasonId: number | undefined;
}

/** Reads the variables that docs/local.md lists. @throws StartFailed */
export const readSettings = (env: NodeJS.ProcessEnv): Settings => ({
  port: wholeNumber(env, "PORT", { byDefault: 3000, most: 65_535 }),
  upstream: upstreamOf(env),
  allowedHosts: hostsIn(env["ALLOWED_HOSTS"] ?? ""),
  demoSecret: demoSecretIn(env["DEMO_SECRET"] ?? ""),
  stage: stageSettings(env),
  eventsUrl: eventsUrlIn(env["EVENTS_URL"] ?? ""),
  defaultCancelationReasonId:
    wholeNumber(env, "DEFAULT_CANCELATION_REASON_ID", { byDefault: 0, most: Number.MAX_SAFE_INTEGER }) || undefined,
  sandboxMembers: wholeNumber(env, "SANDBOX_MEMBERS", { byDefault: 1000, most: 1_000_000 }),
  contactChanges: contactChangesOf(env),
  log: logOf(env),
});

const logOf = ({ LOG: text = "lines" }: NodeJS.ProcessEnv) => {
  if (text === "lines" || text === "json") return text;
  throw new StartFailed(`LOG must be lines or json, not "${text}"`);
};

/** API Gateway knows only the claim client_id. If tokens name their client in another claim, they need our audience. */
const stageSettings = ({ CORS_ORIGINS: origins = "", CLIENT_CLAIM: clientClaim }: NodeJS.ProcessEnv) => ({
  corsOrigins: origins.split(",").filter(Boolean),
  ...(clientClaim && { clientClaim, audience: ["perfectgym-gateway"] }),
});

const contactChangesOf = ({ SANDBOX_CONTACT_CHANGES: text = "merged" }: NodeJS.ProcessEnv) => {
  if (text === "merged") return "MERGED";
  if (text === "replaced") return "REPLACED";
  throw new StartFailed(`SANDBOX_CONTACT_CHANGES must be merged or replaced, not "${text}"`);
};

const wholeNumber = (
  env: NodeJS.ProcessEnv,
  name: string,
  { byDefault, most }: { byDefault: number; most: number },
) => {
  const text = env[name] || String(byDefault);
  const value = wholeNumberIn(text, { most });
  if (value !== undefined) return value;
  throw new StartFailed(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
};

const hostsIn = (text: string): readonly string[] => {
  const hosts = text.toLowerCase().split(",").filter(Boolean);
  const wrong = hosts.find((host) => !/^[a-z0-9.-]+$/.test(host));
  if (wrong)
    throw new StartFailed(`ALLOWED_HOSTS must be host names without ports, separated by commas, not "${wrong}"`);
  return hosts;
};

const eventsUrlIn = (text: string): string | undefined => {
  if (text === "") return undefined;
  const url = URL.parse(text);
  const isEndpoint = url !== null && /^https?:$/.test(url.protocol) && url.hash === "";
  // The text is not repeated, because it can have a password.
  if (!isEndpoint || url.username !== "" || url.password !== "")
    throw new StartFailed(
      "EVENTS_URL must be an http or https URL without credentials, such as http://localhost:4000/hook",
    );
  return text;
};

const demoSecretIn = (text: string): string | undefined => {
  if (text === "") return undefined;
  if (/^[\x21-\x7e]{8,}$/.test(text)) return text;
  throw new StartFailed("DEMO_SECRET must have at least 8 printable characters and no spaces");
};

const upstreamOf = ({
  PERFECTGYM_BASE_URL: baseUrl,
  PERFECTGYM_API_KEY: apiKey,
}: NodeJS.ProcessEnv): Settings["upstream"] => {
  if (!baseUrl && !apiKey) return undefined;
  if (!baseUrl) throw new StartFailed("PERFECTGYM_API_KEY is set, PERFECTGYM_BASE_URL is not: an upstream needs both");
  if (!apiKey) throw new StartFailed("PERFECTGYM_BASE_URL is set, PERFECTGYM_API_KEY is not: an upstream needs both");
  const faults = {
    PERFECTGYM_BASE_URL: studioBaseUrl.safeParse(baseUrl),
    PERFECTGYM_API_KEY: studioKey.safeParse(apiKey),
  };
  for (const [name, { error }] of Object.entries(faults))
    if (error) throw new StartFailed(`${name} ${error.issues.at(-1)?.message}`);
  return { baseUrl, apiKey };
};
