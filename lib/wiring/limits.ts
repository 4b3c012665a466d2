import { SignatureV4 } from "@smithy/signature-v4";
import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createCounter } from "#lib/limits/counter.ts";
import { createLimiter } from "#lib/limits/limiter.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";
import { credentials, now, sha256 } from "./upstream.ts";

const region = variable("AWS_REGION");

/** The SDK's own signer, which its client of Secrets Manager has in every bundle. */
const signer = new SignatureV4({ credentials, sha256, service: "dynamodb", region });

/** Counts partners' requests. After a fifth of a second, a request goes on uncounted. */
export const limiter = createLimiter({
  count: createCounter({
    endpoint: new URL(process.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? `https://dynamodb.${region}.amazonaws.com`),
    table: variable("LIMITS_TABLE"),
    sign: (request) => signer.sign(request),
    transport: createTransport(),
    timeoutMs: awsTimeLimit(200),
  }),
  now,
});
