import { createServer, request as send } from "node:http";
import { listen } from "#infra/http-server.ts";
import { startLocal } from "#infra/local/local.ts";
import { readSettings } from "#infra/local/settings.ts";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { routeLimits } from "#lib/limits/limits.ts";

/** What a server's process tells the one that loads it. */
export type Report =
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "memory"; readonly bytes: number };

const tell = (report: Report) => void process.send?.(report);

const { UPSTREAM_URL: upstreamUrl = "" } = process.env;
const apiKey = "sandbox-key";

/** Each starts a server and returns its URL. */
const roles = {
  /** An upstream that answers at once, and never refuses because of too many requests. */
  sandbox: async () => (await startSandbox({ apiKey, requestsPerMinute: Number.MAX_SAFE_INTEGER })).url,

  /** The laptop's gateway with the highest limits that a partner can have. For its throttle, a thousand times as much time passes. */
  gateway: async () => {
    const settings = readSettings({
      PORT: "0",
      LOG: "json",
      PERFECTGYM_BASE_URL: upstreamUrl,
      PERFECTGYM_API_KEY: apiKey,
    });
    const now = () => performance.now() * 1000;
    return (await startLocal(settings, { say: () => {}, now, partnerLimits: routeLimits })).url;
  },

  /** A reverse proxy that adds the upstream's key, and does nothing else. */
  proxy: () =>
    listen(
      createServer((request, response) => {
        const { method, headers } = request;
        const url = new URL(request.url ?? "", upstreamUrl);
        const onward = send(url, { method, headers: { ...headers, host: url.host, "x-api-key": apiKey } });
        onward.on("response", (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
        onward.on("error", () => response.writeHead(502).end());
        request.pipe(onward);
      }),
      0,
    ),
};

export type Role = keyof typeof roles;

process.on("message", () => tell({ kind: "memory", bytes: process.memoryUsage.rss() }));
process.once("disconnect", () => process.exit(0));
tell({ kind: "ready", url: await roles[process.argv[2] as Role]() });
