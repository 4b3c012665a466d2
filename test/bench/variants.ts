import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";
import { zipSync } from "fflate";
import { loadService } from "#infra/local/service.ts";
import { buildAsDeployed } from "./as-deployed.ts";

export interface Variant {
  readonly name: string;
  /** For the reader of the table. */
  readonly about: string;
  readonly bundle: string;
  readonly event: object;
  readonly bytes: { readonly raw: number; readonly zipped: number };
}

const folder = fileURLToPath(new URL("baselines/", import.meta.url));
const built = join(folder, "node_modules", ".cache", "bench");

const claims = { client_id: "partner-1", scope: "perfectgym/membership.read perfectgym/membership.write" };

const eventFor = (method: string, path: string, more: object = {}) => ({
  version: "2.0",
  routeKey: `${method} ${path}`,
  rawPath: path,
  rawQueryString: "",
  headers: { host: "api.example.com", ...more },
  pathParameters: { customerId: "1000" },
  requestContext: {
    requestId: "request-1",
    stage: "$default",
    http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" },
    authorizer: { jwt: { claims, scopes: [] } },
  },
  isBase64Encoded: false,
});

const read = eventFor("GET", "/v1/memberships/1000/self-service/contract-data");
const write = {
  ...eventFor("POST", "/v1/memberships/1000/self-service/ordinary-contract-cancelation", {
    "content-type": "application/json",
  }),
  body: JSON.stringify({ contractId: 2000, cancelationDate: "2027-01-31", cancelationReasonId: 1 }),
};

const own = [
  ["read", "this gateway, `getContractData`", "getContractData", read],
  ["write", "this gateway, `createContractCancelationAmendment`", "createContractCancelationAmendment", write],
] as const;

const baselines = [
  ["floor", "a constant"],
  ["bare", "built-in fetch, the key in the environment, no library"],
  ["usual", "middy, zod, the SDK's client of Secrets Manager, fetch"],
  ["powertools", "the same with Powertools' logger, metrics and tracer"],
  ["hono", "Hono's adapter, zod, the SDK, fetch"],
  ["express", "Express, serverless-http, axios, the SDK"],
] as const;

/** What each Lambda has in its environment. `url` is that of all services. */
export const environmentFor = (url: string, caFile: string): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: caFile,
  UPSTREAM_URL: url,
  UPSTREAM_KEY: "key-of-bench",
  STUDIOS_SECRET_ID: "studios",
  WRITES_PEPPER_ID: "pepper",
  WRITES_TABLE: "WritesTable",
  LIMITS_TABLE: "LimitsTable",
  EVENT_BUS: "EventBus",
  METRICS_NAMESPACE: "bench",
  MEMBER_CLAIM: "customer_id",
  PARTNERS: JSON.stringify([
    {
      clients: ["partner-1"],
      scopes: ["membership.read", "membership.write"],
      studios: ["studio-1"],
      tokens: ["partner"],
      limits: { reads: 500, writes: 100 },
    },
  ]),
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  AWS_ENDPOINT_URL_DYNAMODB: url,
  AWS_ENDPOINT_URL_EVENTBRIDGE: url,
  AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  // There is no daemon, and its complaints would be measured.
  AWS_XRAY_LOG_LEVEL: "silent",
  // By this, the X-Ray SDK knows that it is in a Lambda.
  LAMBDA_TASK_ROOT: "/var/task",
  _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
});

/** As esbuild's own documentation bundles for Node, with `require` for packages in CommonJS. */
const bundleBaseline = async (name: string): Promise<string> => {
  const outfile = join(built, `${name}.mjs`);
  await build({
    entryPoints: [join(folder, `${name}.mjs`)],
    outfile,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: "error",
  });
  return outfile;
};

const sizesOf = async (bundle: string): Promise<Variant["bytes"]> => ({
  raw: (await stat(bundle)).size,
  zipped: zipSync({ [basename(bundle)]: await readFile(bundle) }, { level: 9 }).length,
});

/** Each part of a warm write, and how often a write does it: `part.ts`. Of `nothing`, what the Lambda itself takes. */
export const parts = [
  { part: "nothing", times: 0, about: "" },
  { part: "upstream-write", times: 1, about: "the upstream's write, on a TLS connection of its own" },
  { part: "upstream-read", times: 1, about: "the read that looks for it, on an open connection" },
  { part: "aws-call", times: 3, about: "signed calls to DynamoDB and EventBridge, on open connections" },
] as const;

/** The bundle that does each part. */
export const partVariants = async (): Promise<readonly Variant[]> => {
  await buildAsDeployed("test/bench/part.ts", built);
  const bundle = join(built, "part.mjs");
  const bytes = await sizesOf(bundle);
  return parts.map(({ part, about }) => ({ name: part, about, bundle, event: { part }, bytes }));
};

/** Builds everything: the gateway's bundles as they are deployed. */
export const variants = async (): Promise<readonly Variant[]> => {
  await rm(built, { recursive: true, force: true });
  await mkdir(built, { recursive: true });
  const { bundles } = await loadService({});
  const ours = own.map(([name, about, id, event]) => ({ name, about, bundle: bundles(id), event }));
  const theirs = await Promise.all(
    baselines.map(async ([name, about]) => ({ name, about, bundle: await bundleBaseline(name), event: read })),
  );
  await stop();
  return Promise.all([...theirs, ...ours].map(async (each) => ({ ...each, bytes: await sizesOf(each.bundle) })));
};
