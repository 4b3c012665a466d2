import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createCounter } from "#lib/limits/counter.ts";
import { createLimiter } from "#lib/limits/limiter.ts";
import { dynamodb, openDynamodb } from "./aws.ts";

// While the studios' keys are fetched, which nothing here must wait for: see upstream.ts.
void openDynamodb();

/** Counts partners' requests. After a fifth of a second, a request goes on uncounted. */
export const limiter = createLimiter({
  count: createCounter({ call: dynamodb, table: variable("LIMITS_TABLE"), timeoutMs: awsTimeLimit(200) }),
  now: () => Date.now(),
});
