import * as z from "zod";
import { bodyId } from "#lib/operations/fields.ts";
import { parseJson } from "#lib/operations/json.ts";
import { StudiosMisconfigured, StudiosUnavailable } from "./errors.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A tenant's address. The key travels with every call, so in the clear only to this machine. */
export const baseUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const url = URL.parse(text);
  if (url === null || url.search + url.hash + url.username + url.password !== "") return false;
  return url.protocol === "https:" || loopback.has(url.hostname);
}, "must be https, or http on this machine, without credentials and query");

/** A header's value: printable and without spaces. */
export const apiKey = z.string().regex(/^[\x21-\x7e]+$/, "must be printable and without spaces");

const studiosSecret = z.record(
  z.string().min(1),
  z.looseObject({
    baseUrl,
    apiKey,
    defaultCancelationReasonId: bodyId.optional(),
    timeZone: z.string().optional(),
    reminderPolicy: z.string().optional(),
  }),
);

/**
 * One studio's tenant and key; a key is only valid together with its base URL. `defaultCancelationReasonId` goes into a
 * cancelation without a reason: in Germany none may be demanded (section 312k (2) BGB). `timeZone` and `reminderPolicy`
 * are the studio's own where they differ from the stage's.
 */
export type Studio = z.infer<typeof studiosSecret>[string];

/** What of a studio's entry is no secret. */
export type StudioSettings = Pick<Studio, "defaultCancelationReasonId" | "timeZone" | "reminderPolicy">;

/** All studios of the secret, by studio id. Compared by identity: another fetch gives another object. */
export type Studios = ReadonlyMap<string, Studio>;

export interface StudioStore {
  /**
   * The studios, at most five minutes old; an hour where Secrets Manager gives no answer, but for a studio whose key was rejected.
   * @throws StudiosUnavailable, StudiosMisconfigured
   */
  readonly current: (studioId?: string) => Promise<Studios>;
  /** After the upstream rejected the studio's key in `stale`: fetches anew, unless somebody already did. @throws as `current` */
  readonly renewed: (stale: Studios, studioId?: string) => Promise<Studios>;
}

/** A fetch that failed while the last good studios could still be served. */
export interface StaleStudios {
  /** Since they were fetched. */
  readonly ageMs: number;
  /** Until the next fetch, at the earliest. */
  readonly retryInMs: number;
  readonly error: unknown;
}

export interface StudioStoreOptions {
  /** Gives the secret's text: a JSON map `{ "<studioId>": { "baseUrl", "apiKey", "defaultCancelationReasonId"?, "timeZone"?, "reminderPolicy"? } }`. */
  readonly fetchSecret: () => Promise<string>;
  /** @default 300000 */
  readonly ttlMs?: number | undefined;
  /** How old studios may become while they cannot be fetched again. @default 3600000 */
  readonly maxAgeMs?: number | undefined;
  /** Called once for each fetch that failed so. */
  readonly onStale?: ((stale: StaleStudios) => void) | undefined;
  readonly now?: () => number;
  readonly random?: () => number;
}

interface Good {
  readonly studios: Studios;
  readonly fetchedAt: number;
  /** Studios whose key the upstream does not accept any more; an empty id stands for all. */
  readonly rejected: Set<string>;
}

/** Shares one fetch among all callers, and rests after one that failed. */
export const createStudioStore = ({
  fetchSecret,
  ttlMs = 300_000,
  maxAgeMs = 3_600_000,
  onStale,
  now = Date.now,
  random = Math.random,
}: StudioStoreOptions): StudioStore => {
  let good: Good | undefined;
  /** Fetches that failed since the last good one, and what the last of them failed with. */
  let failed: { readonly times: number; readonly retryAt: number; readonly error: unknown } | undefined;
  let fetching: Promise<Studios> | undefined;

  /** The last good studios while they are young enough and the upstream accepts the studio's key. */
  const goodFor = (studioId: string, ageMs: number): Studios | undefined =>
    good && now() < good.fetchedAt + ageMs && !good.rejected.has(studioId) ? good.studios : undefined;

  const fetchAnew = async (): Promise<Studios> => {
    const fetchedAt = now();
    try {
      const studios = parseStudios(await secretText(fetchSecret));
      good = { studios, fetchedAt, rejected: new Set() };
      failed = undefined;
      return studios;
    } catch (error) {
      noteFailure(error);
      throw error;
    }
  };

  const noteFailure = (error: unknown): void => {
    if (isDecision(error)) good = undefined;
    if (!good) {
      failed = undefined;
      return;
    }
    const times = (failed?.times ?? 0) + 1;
    const retryInMs = Math.round(pauseMs(times) * (0.5 + random() / 2));
    const ageMs = now() - good.fetchedAt;
    failed = { times, retryAt: now() + retryInMs, error };
    if (ageMs < maxAgeMs) onStale?.({ ageMs, retryInMs, error });
  };

  const fetched = async (): Promise<Studios> => {
    if (!fetching && failed && now() < failed.retryAt) throw failed.error;
    fetching ??= fetchAnew().finally(() => {
      fetching = undefined;
    });
    return fetching;
  };

  const current = async (studioId = ""): Promise<Studios> => {
    const fresh = goodFor(studioId, ttlMs);
    if (fresh) return fresh;
    try {
      return await fetched();
    } catch (error) {
      const stale = goodFor(studioId, maxAgeMs);
      // Whether it knows a studio that was not there an hour ago, only the secret could say.
      if (!stale || (studioId !== "" && !stale.has(studioId))) throw error;
      return stale;
    }
  };

  return {
    current,
    renewed: async (stale, studioId = "") => {
      if (good?.studios !== stale) return current(studioId);
      good.rejected.add(studioId);
      return fetched();
    },
  };
};

/** 5 s, doubled with each failure up to a minute: what is throttled gets the time to recover. */
const pauseMs = (times: number): number => Math.min(5_000 * 2 ** (times - 1), 60_000);

const secretText = async (fetchSecret: StudioStoreOptions["fetchSecret"]): Promise<string> => {
  try {
    return await fetchSecret();
  } catch (cause) {
    throw new StudiosUnavailable("the secret with the studios' keys cannot be read", { cause });
  }
};

/** What Secrets Manager answers where somebody has taken the secret away: the keys are not to be used any more. */
const decisions = [
  "AccessDeniedException",
  "DecryptionFailure",
  "InvalidRequestException",
  "ResourceNotFoundException",
];

const isDecision = (error: unknown): boolean =>
  error instanceof StudiosUnavailable && error.cause instanceof Error && decisions.includes(error.cause.name);

const parseStudios = (text: string): Studios => {
  const parsed = studiosSecret.safeParse(parseQuietly(text));
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`);
  throw new StudiosMisconfigured(`the studios' secret is invalid: ${faults.join("; ")}`);
};

/** Without the parser's own message, which quotes the text around the fault. */
const parseQuietly = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new StudiosMisconfigured("the studios' secret is not JSON");
  }
};
