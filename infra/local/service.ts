import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import * as z from "zod";

const textOrList = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

const httpApiEvent = z.object({
  httpApi: z.object({
    method: z.string(),
    path: z.string(),
    authorizer: z.object({ name: z.string(), scopes: textOrList }).optional(),
  }),
});

const rateLimit = z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() });

const cors = z.object({
  allowedOrigins: z.array(z.string()),
  allowedMethods: z.array(z.string()),
  allowedHeaders: z.array(z.string()),
  exposedResponseHeaders: z.array(z.string()),
  maxAge: z.number(),
});

const environment = z.record(z.string(), z.union([z.string(), z.number(), z.object({ Ref: z.string() })]));

/** What of the resolved serverless configuration a machine without AWS can act on. */
const resolved = z.object({
  provider: z.object({
    region: z.string(),
    memorySize: z.number(),
    timeout: z.number(),
    environment,
    httpApi: z.object({
      cors: z.union([z.literal(false).transform(() => undefined), cors]),
      authorizers: z.object({
        partners: z.object({ type: z.literal("jwt"), issuerUrl: z.string(), audience: textOrList }),
      }),
    }),
  }),
  functions: z.record(
    z.string(),
    z.object({
      name: z.string(),
      handler: z.string(),
      timeout: z.number().optional(),
      memorySize: z.number().optional(),
      environment: environment.optional(),
      events: z.array(httpApiEvent),
    }),
  ),
  resources: z.object({
    extensions: z.object({
      HttpApiStage: z.object({
        Properties: z.object({ DefaultRouteSettings: rateLimit, RouteSettings: z.record(z.string(), rateLimit) }),
      }),
    }),
  }),
  custom: z.object({ esbuild: z.looseObject({ outputFileExtension: z.string(), plugins: z.string() }) }),
});

/** The service as `serverless.yml` describes it, at stage `local`. */
export type Service = z.infer<typeof resolved>;

/** Has osls resolve the very configuration that is deployed, with these stage parameters. @throws Error with what osls says */
export const resolveService = async (parameters: Readonly<Record<string, string>>): Promise<Service> => {
  const osls = createRequire(import.meta.url).resolve("osls/bin/serverless.js");
  const params = Object.entries(parameters).flatMap(([name, value]) => (value ? ["--param", `${name}=${value}`] : []));
  const args = [osls, "print", "--format", "json", "--stage", "local", ...params];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
  return resolved.parse(JSON.parse(stdout));
};
