import type { Foreseen } from "#lib/problems/types.ts";
import type { Count } from "./counter.ts";
import { windowSeconds } from "./limits.ts";

/** The partner sent more requests to the operation than its limit allows. */
export class LimitReached extends Error implements Foreseen {
  override readonly name = "LimitReached";
  readonly code = "too-many-requests";
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super("the partner reached its limit for this operation");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What is left of a quota, and when the whole quota is back. */
export interface Standing {
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** What is known of a partner's quota after a request was counted. */
export interface Counted {
  /** The request may not be carried out. */
  readonly isRefused: boolean;
  /** Undefined if the table did not answer. Then this instance refuses nobody until the window ends. */
  readonly standing: Standing | undefined;
  /** Why the table did not answer. Only one request of an instance and a window gets it. */
  readonly error?: unknown;
}

export interface Limiter {
  /**
   * Counts a request. It resolves once it is known whether the request may go on; `counted` of its result resolves later,
   * when the table has answered.
   */
  readonly admit: (key: { readonly clientId: string; readonly operation: string; readonly quota: number }) => Promise<{
    readonly isRefused: boolean;
    readonly counted: () => Promise<Counted>;
  }>;
}

/** What this Lambda instance knows of one partner and one operation, in one window. */
interface Share {
  readonly window: number;
  /** Requests that this instance took from the quota and has not used. Below 0: a request went ahead of its answer. */
  left: number;
  /** Requests that this instance served, in this window and in the one before. */
  used: number;
  readonly usedBefore: number;
  /** What the table had left at its last answer. Undefined: it has not answered. */
  remaining: number | undefined;
  asking: Promise<void> | undefined;
  error: unknown;
  isErrorReported: boolean;
}

/** An instance takes no more at once. What an idle instance took and did not use is lost to the partner until the window ends. */
const largestTake = 1 / 20;

/**
 * Counts requests of all Lambda instances in one table. An instance takes several at once: as many as it has needed so
 * far. The first request in a window does not wait for the table, so an instance may serve one request beyond the quota.
 */
export const createLimiter = ({ count, now }: { readonly count: Count; readonly now: () => number }): Limiter => {
  const shares = new Map<string, Share>();

  const shareOf = (key: string): Share => {
    const window = Math.floor(now() / (windowSeconds * 1000));
    const known = shares.get(key);
    if (known?.window === window) return known;
    const usedBefore = known?.window === window - 1 ? known.used : 0;
    const share: Share = {
      window,
      left: 0,
      used: 0,
      usedBefore,
      remaining: undefined,
      asking: undefined,
      error: undefined,
      isErrorReported: false,
    };
    shares.set(key, share);
    return share;
  };

  const take = async (share: Share, key: string, quota: number): Promise<void> => {
    const wanted = Math.max(1, Math.min(Math.max(share.used, share.usedBefore), Math.ceil(quota * largestTake)));
    try {
      const taken = await count({ id: `${key} ${share.window}`, by: wanted, endsAt: endOf(share) });
      share.left += Math.max(0, Math.min(wanted, quota - (taken - wanted)));
      share.remaining = Math.max(0, quota - taken);
    } catch (error) {
      share.error = error;
    } finally {
      share.asking = undefined;
    }
  };

  const standingOf = (share: Share): Standing | undefined =>
    share.remaining === undefined
      ? undefined
      : { remaining: share.remaining + Math.max(0, share.left), resetSeconds: secondsUntil(endOf(share), now()) };

  const counted = async (share: Share, isRefused: boolean): Promise<Counted> => {
    await share.asking;
    if (share.error === undefined) return { isRefused, standing: standingOf(share) };
    const { error, isErrorReported } = share;
    share.isErrorReported = true;
    return { isRefused, standing: undefined, ...(!isErrorReported && { error }) };
  };

  return {
    admit: async ({ clientId, operation, quota }) => {
      const key = `${operation} ${clientId}`;
      const share = shareOf(key);
      const ask = () => {
        share.asking ??= take(share, key, quota);
        return share.asking;
      };
      const isFirst = share.used === 0 && share.asking === undefined && share.remaining === undefined;
      if (isFirst) void ask();
      else while (share.left < 1 && share.remaining !== 0 && share.error === undefined) await ask();
      const isRefused = !isFirst && share.left < 1 && share.error === undefined;
      if (!isRefused) {
        share.left--;
        share.used++;
      }
      return { isRefused, counted: () => counted(share, isRefused) };
    },
  };
};

const endOf = ({ window }: Share): number => (window + 1) * windowSeconds * 1000;

const secondsUntil = (endsAt: number, now: number): number => Math.max(1, Math.ceil((endsAt - now) / 1000));
