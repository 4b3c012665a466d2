import { randomBytes } from "node:crypto";
import { isLoopback } from "#infra/http-server.ts";
import { entitlements } from "#lib/http/entitlements.ts";
import type { Client } from "./issuer.ts";
import type { Service } from "./service.ts";
import type { Settings } from "./settings.ts";

/** A client of the gateway, and what it may do. */
export interface Partner extends Client {
  readonly tokens: readonly string[];
  readonly studios: readonly string[];
}

/** Whether the upstream is on another machine. It may have real members' data. */
export const hasRemoteUpstream = ({ upstream }: Pick<Settings, "upstream">): boolean =>
  upstream !== undefined && !isLoopback(new URL(upstream.baseUrl).hostname);

/** Whether secrets are random. No secret for real members' data may be guessable. */
export const hasRandomSecrets = ({ upstream, demoSecret }: Settings): boolean =>
  demoSecret === undefined && hasRemoteUpstream({ upstream });

/** The partners of infra/local/partners.yml, in the form that the functions read. */
export const partnersOf = ({ functions }: Service, settings: Settings): Partner[] => {
  const secretOf = (id: string) => {
    if (hasRandomSecrets(settings)) return randomBytes(24).toString("base64url");
    return settings.demoSecret ?? id.replace(/partner$/, "secret");
  };
  const granted = Object.values(functions).find(({ environment }) => "PARTNERS" in environment)?.environment[
    "PARTNERS"
  ];
  const entries = entitlements.parse(JSON.parse(String(granted)));
  return entries.flatMap(({ clients, scopes, ...rights }) =>
    clients.map((id) => ({
      ...rights,
      id,
      secret: secretOf(id),
      scopes: scopes.map((scope) => `perfectgym/${scope}`),
    })),
  );
};

/** The first partner that can read contracts with its own token and no header. */
export const whoCanTry = (partners: readonly Partner[]): Partner | undefined =>
  partners.find(
    ({ scopes, tokens, studios }) =>
      scopes.includes("perfectgym/membership.read") && tokens.includes("partner") && studios.length === 1,
  );
