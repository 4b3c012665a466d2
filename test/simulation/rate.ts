const minuteMs = 60_000;

/** The most calls in any 60 seconds. */
export const createSlidingMinute = () => {
  let calls: number[] = [];
  let oldest = 0;
  let most = 0;
  return {
    most: () => most,
    count: (at: number): void => {
      calls.push(at);
      while ((calls[oldest] ?? at) <= at - minuteMs) oldest += 1;
      most = Math.max(most, calls.length - oldest);
      if (oldest < 10_000) return;
      calls = calls.slice(oldest);
      oldest = 0;
    },
  };
};

/**
 * An upstream's limit for one key and endpoint: minutes begin with a call, and the call that goes over the limit closes
 * the endpoint for the minute after it.
 */
const createLimit = (perMinute: number) => {
  let calls = 0;
  let endsAt = Number.NEGATIVE_INFINITY;
  return {
    endsAt: () => endsAt,
    /** Returns how many of these calls are refused. */
    add: (at: number, count: number): number => {
      if (at >= endsAt) {
        calls = 0;
        endsAt = at + minuteMs;
      }
      const before = calls;
      calls += count;
      if (before <= perMinute && calls > perMinute) endsAt = at + minuteMs;
      return Math.max(calls - Math.max(before, perMinute), 0);
    },
  };
};

/** In milliseconds. For so long after its last call, the job can be the reason for a refusal. */
const aftermathMs = 180_000;

/** An endpoint that the job shares with the apps. `apps` gives their calls in the second that begins at an instant. */
export const createSharedEndpoint = (perMinute: number, apps: (at: number) => number) => {
  const shared = createLimit(perMinute);
  const withoutJob = createLimit(perMinute);
  let played = Number.NEGATIVE_INFINITY;
  const facts = { appsRefused: 0, appsRefusedForTheJob: 0 };

  const play = (from: number, to: number): void => {
    for (let second = from; second < to; second += 1000) {
      const count = apps(second);
      const refused = shared.add(second, count);
      facts.appsRefused += refused;
      facts.appsRefusedForTheJob += refused - withoutJob.add(second, count);
      played = second + 1000;
    }
  };

  return {
    facts,
    /** Returns Retry-After in seconds if the call is refused. */
    call: (at: number): number | undefined => {
      const second = Math.floor(at / 1000) * 1000;
      play(played, Math.min(played + aftermathMs, second));
      play(Math.max(played, second - aftermathMs), second);
      const isRefused = shared.add(at, 1) > 0;
      return isRefused ? Math.max(Math.ceil((shared.endsAt() - at) / 1000), 1) : undefined;
    },
  };
};
