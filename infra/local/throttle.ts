export interface RateLimit {
  /** Requests per second, on average. */
  readonly ThrottlingRateLimit: number;
  /** Requests at once. */
  readonly ThrottlingBurstLimit: number;
}

/**
 * Throttles as an HTTP API does: a token bucket per route, with its own limits or the stage's.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const createThrottle = (
  { byDefault, byRoute }: { byDefault: RateLimit; byRoute: Readonly<Record<string, RateLimit>> },
  now: () => number = performance.now.bind(performance),
) => {
  const buckets = new Map<string, { tokens: number; at: number }>();

  /** Whether a request on this route may pass now. */
  return (routeKey: string): boolean => {
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = byRoute[routeKey] ?? byDefault;
    const at = now();
    const last = buckets.get(routeKey) ?? { tokens: burst, at };
    const tokens = Math.min(burst, last.tokens + ((at - last.at) / 1000) * rate);
    buckets.set(routeKey, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    return tokens >= 1;
  };
};
