import { awsTimeLimit, variable } from "#lib/environment.ts";
import { createCounter } from "#lib/limits/counter.ts";
import { createLimiter } from "#lib/limits/limiter.ts";
import { dynamodb, openDynamodb } from "./aws.ts";

// In the time in which upstream.ts fetches the studios' keys. So this file must not import that one.
void openDynamodb();

/** Counts partners' requests. After a fifth of a second, a request goes on uncounted. */
export const limiter = createLimiter({
  count: createCounter({ call: dynamodb, table: variable("LIMITS_TABLE"), timeoutMs: awsTimeLimit(200) }),
  now: () => Date.now(),
});
