import * as z from "zod";
import { type Attempt, type Transport, TransportError } from "#lib/perfectgym/transport.ts";

/** Adds `by` to a counter that ends at `endsAt` (ms since the epoch). Returns its new value. @throws if the table does not answer */
export type Count = (counter: { readonly id: string; readonly by: number; readonly endsAt: number }) => Promise<number>;

/** A request to an AWS service, as its signer reads it. */
export interface Unsigned {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface CounterOptions {
  readonly endpoint: URL;
  readonly table: string;
  /** Signature Version 4. */
  readonly sign: (request: Unsigned) => Promise<{ readonly headers: Readonly<Record<string, string>> }>;
  readonly transport: Transport;
  readonly timeoutMs: number;
}

const answer = z.object({ Attributes: z.object({ taken: z.object({ N: z.string().transform(Number) }) }) });

/** DynamoDB did not count. */
export class NotCounted extends Error {
  override readonly name = "NotCounted";
  /** The HTTP status. */
  readonly code: string;
  constructor(status: number) {
    super(`DynamoDB answered ${status}`);
    this.code = String(status);
  }
}

/** A counter expires this long after its window. */
const keptSeconds = 3_600;

/**
 * Counts in a table of DynamoDB, with one request of our own. The SDK's client would make the bundles of reads a sixth larger.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export const createCounter = ({ endpoint, table, sign, transport, timeoutMs }: CounterOptions): Count => {
  const attemptWith = async (body: string): Promise<Attempt> => {
    const { protocol, hostname, port, host } = endpoint;
    const headers = {
      host,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.UpdateItem",
    };
    const unsigned = {
      method: "POST",
      protocol,
      hostname,
      ...(port && { port: Number(port) }),
      path: "/",
      headers,
      body,
    };
    const signed = await sign(unsigned);
    return { url: endpoint, method: "POST", headers: signed.headers, body: [body], timeoutMs, freshConnection: false };
  };
  return async ({ id, by, endsAt }) => {
    const attempt = await attemptWith(
      JSON.stringify({
        TableName: table,
        Key: { id: { S: id } },
        UpdateExpression: "ADD taken :by SET expiresAt = :expiresAt",
        ExpressionAttributeValues: {
          ":by": { N: String(by) },
          ":expiresAt": { N: String(Math.ceil(endsAt / 1000) + keptSeconds) },
        },
        ReturnValues: "UPDATED_NEW",
      }),
    );
    const { status, body } = await transport(attempt).catch((error) => {
      // A frozen Lambda's connections may be closed by the time it runs again.
      if (!(error instanceof TransportError && error.code === "idle-connection-closed")) throw error;
      return transport({ ...attempt, freshConnection: true });
    });
    if (status !== 200) throw new NotCounted(status);
    return answer.parse(JSON.parse(body.toString())).Attributes.taken.N;
  };
};
