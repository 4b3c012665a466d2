import type { Local } from "./local.ts";

/** What a person reads once the gateway is ready: its URL, the console, and a first call. */
export const welcome = ({ url, trial, secrets, hasConsole, webhooks }: Omit<Local, "close" | "sandbox">) =>
  [
    `ready ${url}`,
    hasConsole
      ? `console ${url}/ (tokens, members, requests, events, faults)`
      : `docs ${url}/docs (there is no console with an upstream on another machine)`,
    "",
    ...trialLines(url, trial),
    "",
    ...secretLines(secrets),
    ...(webhooks ? [`Events go to ${webhooks.url}, signed with ${webhooks.secret}`, ""] : []),
  ].join("\n");

const trialLines = (url: string, trial: Local["trial"]): readonly string[] => {
  if (!trial)
    return [
      "infra/local/partners.yml has no partner with one studio and the scope membership.read, so there is no token to try.",
    ];
  return [
    `A first call, as ${trial.clientId}, valid for one hour:`,
    `curl -s ${url}/v1/memberships/1000/self-service/contract-data -H 'authorization: Bearer ${trial.token}'`,
  ];
};

const secretLines = (secrets: Local["secrets"]): readonly string[] =>
  secrets.length === 0
    ? []
    : [
        "The upstream is on another machine, so each start creates new secrets for the partners (or set DEMO_SECRET):",
        ...secrets.map(({ clientId, secret }) => `${clientId}:${secret}`),
        "",
      ];
