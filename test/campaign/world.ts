import { randomUUID } from "node:crypto";
import { startDynamoDb } from "#infra/local/dynamodb.ts";
import { startEventBridge } from "#infra/local/event-bridge.ts";
import { startSecretsManager } from "#infra/local/secrets-manager.ts";
import { loadService, tablesOf } from "#infra/local/service.ts";
import { startSandbox } from "#infra/sandbox/sandbox.ts";
import { routeLimits } from "#lib/limits/limits.ts";
import { scopes } from "#lib/operations/operation.ts";
import { type StudioId, studioIds } from "./plan.ts";

export const clientId = "app-of-the-campaign";

/** The client of members' tokens, which may have one studio only. */
export const memberClientOf = (studioId: StudioId): string => `${clientId}-in-${studioId}`;

/** Longer than a doubt lasts, so that a repeat reads before the studio shows the write. In milliseconds. */
export const readLagMs = 9_000;

export type World = Awaited<ReturnType<typeof startWorld>>;

const startStudios = async (members: number, apiKey: string) => {
  const options = { apiKey, members, requestsPerMinute: 1_000_000 };
  return {
    "at-once": await startSandbox({ ...options, cancelations: "AT_ONCE" }),
    verified: await startSandbox({ ...options, cancelations: "VERIFIED_BY_STUDIO", seed: 2 }),
    "own-way": await startSandbox({ ...options, cancelations: "AT_ONCE", keeps: "ITS_OWN_WAY", seed: 3 }),
    lagging: await startSandbox({ ...options, cancelations: "AT_ONCE", readLagMs, seed: 4 }),
  };
};

/** What all runs share: studios, table, bus, secrets, and the functions as they are deployed. */
export const startWorld = async (members: number) => {
  let apiKey = "first-key";
  const { service, bundles } = await loadService({});
  const studios = await startStudios(members, apiKey);
  const dynamodb = await startDynamoDb(tablesOf(service));
  const eventBridge = await startEventBridge();
  const secrets = new Map<string, string>([["pepper", randomUUID()]]);
  const secretsManager = await startSecretsManager(secrets);
  const entries = new Map<string, Readonly<Record<StudioId, string>>>();
  const write = (id: string, baseUrls: Readonly<Record<StudioId, string>>) => {
    const studio = (baseUrl: string) => ({ baseUrl, apiKey });
    const secret = Object.entries(baseUrls).map(([name, baseUrl]) => [name, studio(baseUrl)]);
    secrets.set(id, JSON.stringify(Object.fromEntries(secret)));
  };
  return {
    bundles,
    studios,
    dynamodb,
    eventBridge,
    secretsUrl: secretsManager.url,
    apiKey: () => apiKey,
    /** Keeps a lane's secret up to date. */
    keepSecret: (id: string, baseUrls: Readonly<Record<StudioId, string>>) => {
      entries.set(id, baseUrls);
      write(id, baseUrls);
    },
    /** Replaces the key of all studios at the same time. */
    rotateKey: () => {
      apiKey = randomUUID();
      for (const studio of Object.values(studios)) studio.rotateKey(apiKey);
      for (const [id, baseUrls] of entries) write(id, baseUrls);
    },
    close: async () => {
      secretsManager.server.close().closeAllConnections();
      await Promise.all([...Object.values(studios), dynamodb, eventBridge].map((each) => each.close()));
    },
  };
};

/** No caller of the campaign sends as much. */
const limits = routeLimits;

/** The variables that Lambda and the template set for every function. */
export const environmentFor = (
  { secretsUrl }: World,
  { secretId, tableUrl, busUrl }: { secretId: string; tableUrl: string; busUrl: string },
): Record<string, string> => ({
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
  AWS_ENDPOINT_URL_DYNAMODB: tableUrl,
  AWS_ENDPOINT_URL_EVENTBRIDGE: busUrl,
  STUDIOS_SECRET_ID: secretId,
  WRITES_TABLE: "WritesTable",
  WRITES_PEPPER_ID: "pepper",
  LIMITS_TABLE: "LimitsTable",
  EVENT_BUS: "EventBus",
  METRICS_NAMESPACE: "campaign",
  MEMBER_CLAIM: "customer_id",
  PARTNERS: JSON.stringify([
    { clients: [clientId], scopes, studios: studioIds, tokens: ["partner"], limits },
    ...studioIds.map((id) => ({ clients: [memberClientOf(id)], scopes, studios: [id], tokens: ["member"], limits })),
  ]),
});
