import { setTimeout as sleep } from "node:timers/promises";
import type { RawAnswer, Transport } from "#lib/perfectgym/transport.ts";
import { TransportError } from "#lib/perfectgym/transport.ts";
import { type Credentials, createSigner } from "./sign.ts";

/** A service of AWS with a JSON protocol. Each call is one action, such as `GetSecretValue`. */
export type Call = (action: string, input: object, limits?: Partial<CallLimits>) => Promise<unknown>;

export interface CallLimits {
  /** How often a request is sent if no answer comes, or AWS has a failure or too many requests. */
  readonly attempts: number;
  /** For each attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** For all attempts together, in milliseconds. @default no limit of its own */
  readonly withinMs?: number;
}

export interface ServiceOptions extends CallLimits {
  /** The name by which the service is signed for. */
  readonly name: string;
  readonly endpoint: URL;
  /** Before the action's name in `x-amz-target`, such as `secretsmanager`. */
  readonly target: string;
  readonly jsonVersion: "1.0" | "1.1";
  readonly region: string;
  /** Read for each request: the environment's may be replaced. */
  readonly credentials: () => Credentials;
  readonly transport: Transport;
  readonly now: () => number;
}

/** AWS refused a request. `name` is the error's type, such as ResourceNotFoundException. Its message may have data. */
export class AwsError extends Error {
  override readonly name: string;
  /** The HTTP status. */
  readonly code: string;
  constructor(type: string, status: number) {
    super(`AWS answered ${status}`);
    this.name = type;
    this.code = String(status);
  }
}

/** Refusals that ask for a later try. */
const throttles = /^(Throttling|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded)/;

/** Before the second attempt, doubled for each further one, in milliseconds, and multiplied by chance. */
const pauseMs = 50;

/**
 * Calls a service with requests of our own, signed with the environment's credentials. The SDK's client for one service
 * was almost half of a read's bundle. test/lib/aws compares requests and signatures with the SDK's.
 */
export const createService = (options: ServiceOptions): Call => {
  const { endpoint, transport, target, jsonVersion, credentials, now, ...limits } = options;
  const sign = createSigner({ service: options.name, region: options.region });

  const send = (action: string, body: string, timeoutMs: number, freshConnection: boolean): Promise<RawAnswer> => {
    const headers = {
      host: endpoint.host,
      "content-type": `application/x-amz-json-${jsonVersion}`,
      "x-amz-target": `${target}.${action}`,
    };
    const all = sign(headers, body, { credentials: credentials(), now: now() });
    return transport({ url: endpoint, method: "POST", headers: all, body: [body], timeoutMs, freshConnection });
  };

  /** A frozen Lambda's connections may be closed by the time it runs again. That is no attempt. */
  const sendOverOpen = (action: string, body: string, timeoutMs: number): Promise<RawAnswer> =>
    send(action, body, timeoutMs, false).catch((error: unknown) => {
      if (!(error instanceof TransportError && error.code === "idle-connection-closed")) throw error;
      return send(action, body, timeoutMs, true);
    });

  return async (action, input, own = {}) => {
    const { attempts, timeoutMs, withinMs = Number.POSITIVE_INFINITY } = { ...limits, ...own };
    const body = JSON.stringify(input, bytesAsBase64);
    const endsAt = now() + withinMs;
    for (let attempt = 1; ; attempt++)
      try {
        return resultOf(await sendOverOpen(action, body, Math.min(timeoutMs, endsAt - now())));
      } catch (error) {
        const waitMs = pauseMs * 2 ** (attempt - 1) * Math.random();
        if (attempt >= attempts || !mayRepeat(error) || now() + waitMs >= endsAt) throw error;
        await sleep(waitMs);
      }
  };
};

const resultOf = ({ status, body }: RawAnswer): unknown => {
  if (status === 200) return JSON.parse(body.toString(), base64AsBytes);
  throw new AwsError(typeOf(body.toString()), status);
};

/** `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException` without what is before its name. */
const typeOf = (text: string): string => {
  const [, type = "AwsError"] = /"__type"\s*:\s*"(?:[\w.]*#)?(\w+)"/.exec(text) ?? [];
  return type;
};

const mayRepeat = (error: unknown): boolean =>
  error instanceof TransportError ||
  (error instanceof AwsError && (Number(error.code) >= 500 || throttles.test(error.name)));

/** Bytes of DynamoDB's attributes of type B are base64 on the wire. `this` has the value before its own toJSON. */
function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
  const given: unknown = Object(this)[key];
  return given instanceof Uint8Array ? Buffer.from(given).toString("base64") : value;
}

const base64AsBytes = (key: string, value: unknown): unknown =>
  key === "B" && typeof value === "string" ? Buffer.from(value, "base64") : value;
