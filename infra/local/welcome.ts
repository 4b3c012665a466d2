import type { Local } from "./local.ts";

/** What a person reads once the gateway is ready. */
export const welcome = ({ url, trial, secrets, sandbox, webhooks }: Omit<Local, "close">): string => {
  const lines = [`ready ${url}`, "", ...trialLines(url, trial), ""];
  if (secrets.length > 0)
    lines.push(
      "The upstream is on another machine, so each start creates new secrets for the partners (or set DEMO_SECRET):",
      ...secrets.map(({ clientId, secret }) => `${clientId}:${secret}`),
      "",
    );
  if (sandbox) lines.push(`The upstream is a sandbox at ${sandbox.url}, X-API-KEY: ${sandbox.apiKey}`, "");
  if (webhooks) lines.push(`Events go to ${webhooks.url}, signed with ${webhooks.secret}`, "");
  return lines.join("\n");
};

const trialLines = (url: string, trial: Local["trial"]): readonly string[] => {
  if (!trial)
    return [
      "infra/local/partners.yml has no partner with one studio and the scope membership.read, so there is no token to try.",
    ];
  const call = (path: string) => `curl -s ${url}${path} -H 'authorization: Bearer ${trial.token}'`;
  return [
    `A token for ${trial.clientId}, valid for one hour, with the scopes ${trial.scope}:`,
    trial.token,
    "",
    call("/v1/memberships/1000/self-service/contract-data"),
    call("/v1/memberships/self-service/contract-cancelation-reasons"),
  ];
};
