import { Refusal } from "./refusal.ts";

const minuteMs = 60_000;

export interface RateLimit {
  /** @throws Refusal if the call exceeds the limit, or comes in the minute after one that did */
  count(operation: string, apiKey: string): void;
}

/** Counts the calls of each operation and key. A minute begins with a call. */
export const createRateLimit = (requestsPerMinute: number, now: () => Date): RateLimit => {
  const minutes = new Map<string, { calls: number; endsAt: number }>();
  return {
    count: (operation, apiKey) => {
      const at = now().getTime();
      const name = `${operation} ${apiKey}`;
      const running = minutes.get(name);
      const minute = running !== undefined && at < running.endsAt ? running : { calls: 0, endsAt: at + minuteMs };
      minute.calls += 1;
      if (minute.calls === requestsPerMinute + 1) minute.endsAt = at + minuteMs;
      minutes.set(name, minute);
      if (minute.calls <= requestsPerMinute) return;
      const retryAfter = String(Math.ceil((minute.endsAt - at) / 1000));
      throw new Refusal("RATE_LIMIT_EXCEEDED", { headers: { "retry-after": retryAfter } });
    },
  };
};
