import { type Call, createService, type ServiceOptions } from "#lib/aws/service.ts";
import type { Credentials } from "#lib/aws/sign.ts";
import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";

const region = variable("AWS_REGION");

/** Lambda and the laptop put them there. */
const credentials = (): Credentials => ({
  accessKeyId: variable("AWS_ACCESS_KEY_ID"),
  secretAccessKey: variable("AWS_SECRET_ACCESS_KEY"),
  sessionToken: process.env["AWS_SESSION_TOKEN"],
});

const transport = createTransport();

/** Regions in China have a domain of their own: https://docs.aws.amazon.com/general/latest/gr/rande.html */
const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";

type Own = Pick<ServiceOptions, "target" | "jsonVersion" | "attempts" | "timeoutMs"> & {
  /** The host's first part, and the variable that has another address. `AWS_ENDPOINT_URL` has one for all services. */
  readonly host: string;
  readonly override: string;
};

const endpointOf = ({ host, override }: Pick<Own, "host" | "override">): URL =>
  new URL(process.env[override] || process.env["AWS_ENDPOINT_URL"] || `https://${host}.${region}.${domain}`);

const service = ({ host, override, timeoutMs, ...own }: Own): Call =>
  createService({
    ...own,
    name: host,
    timeoutMs: awsTimeLimit(timeoutMs),
    endpoint: endpointOf({ host, override }),
    region,
    credentials,
    transport,
    now: () => Date.now(),
  });

export const secretsManager = service({
  host: "secretsmanager",
  override: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  target: "secretsmanager",
  jsonVersion: "1.1",
  attempts: 2,
  timeoutMs: 2_000,
});

const tables = { host: "dynamodb", override: "AWS_ENDPOINT_URL_DYNAMODB" };

/** Opens a connection, so that the first call need not. */
export const openDynamodb = (): Promise<void> => transport.open(endpointOf(tables), awsTimeLimit(1_000));

/** Short limits: a slow table is asked again, and the request still has time left. */
export const dynamodb = service({
  ...tables,
  target: "DynamoDB_20120810",
  jsonVersion: "1.0",
  attempts: 3,
  timeoutMs: 1_000,
});

/** One try only. If it fails, the event goes to the outbox. */
export const eventBridge = service({
  host: "events",
  override: "AWS_ENDPOINT_URL_EVENTBRIDGE",
  target: "AWSEvents",
  jsonVersion: "1.1",
  attempts: 1,
  timeoutMs: 5_000,
});
