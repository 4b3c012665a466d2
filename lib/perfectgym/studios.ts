import * as z from "zod/mini";
import { bodyId } from "#lib/operations/fields.ts";
import { parseJson } from "#lib/operations/json.ts";
import { StudiosMisconfigured, StudiosUnavailable } from "./errors.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Of the upstream, for one studio. The key travels with every call, so without TLS only on this machine. */
export const baseUrl = z.url({ protocol: /^https?$/ }).check(
  z.refine((text) => {
    const url = URL.parse(text);
    if (url === null || url.search + url.hash + url.username + url.password !== "") return false;
    return url.protocol === "https:" || loopback.has(url.hostname);
  }, "must be https, or http on this machine, without credentials and query"),
);

/** A header's value: printable and without spaces. */
export const apiKey = z.string().check(z.regex(/^[\x21-\x7e]+$/, "must be printable and without spaces"));

const studioEntry = z.looseObject({
  baseUrl,
  apiKey,
  defaultCancelationReasonId: z.optional(bodyId),
  timeZone: z.optional(z.string()),
  reminderPolicy: z.optional(z.string()),
  upstreamStudioId: z.optional(bodyId),
});

/** The names of what a studio's entry may have. */
export const studioFields: readonly string[] = Object.keys(studioEntry.shape);

const studiosSecret = z.record(z.string().check(z.minLength(1)), studioEntry);

/**
 * One studio's base URL and the key that is valid there. `defaultCancelationReasonId` goes into a cancelation without a
 * reason: in Germany nobody may demand one (section 312k (2) BGB). `timeZone` (IANA name) and `reminderPolicy` replace the
 * stage's. `upstreamStudioId` is the upstream's own id of the studio: with it, a member's home studio can be found.
 */
export type Studio = z.infer<typeof studiosSecret>[string];

/** The part of a studio's entry that is not secret. */
export type StudioSettings = Pick<
  Studio,
  "baseUrl" | "upstreamStudioId" | "defaultCancelationReasonId" | "timeZone" | "reminderPolicy"
>;

/** All studios of the secret, by studio id. Each fetch gives a new object. */
export type Studios = ReadonlyMap<string, Studio>;

export interface StudioStore {
  /**
   * The studios, at most five minutes old. While fetches fail: at most an hour, without a studio whose key was rejected.
   * @throws StudiosUnavailable, StudiosMisconfigured
   */
  readonly current: (studioId?: string) => Promise<Studios>;
  /** After the upstream rejected the studio's key in `stale`: fetches again, unless another call has. @throws as `current` */
  readonly renewed: (stale: Studios, studioId?: string) => Promise<Studios>;
  /** Those that were fetched last, without asking for others. */
  readonly inHand: () => Studios | undefined;
}

/** A fetch failed, and the last good studios are still in use. */
export interface StaleStudios {
  /** Since those were fetched. */
  readonly ageMs: number;
  /** The pause before the next fetch. */
  readonly retryInMs: number;
  readonly error: unknown;
}

export interface StudioStoreOptions {
  /** The secret's text: a JSON map `{ "<studioId>": { "baseUrl", "apiKey", "defaultCancelationReasonId"?, "timeZone"?, "reminderPolicy"?, "upstreamStudioId"? } }`. */
  readonly fetchSecret: () => Promise<string>;
  /** After this time the studios are fetched again. @default 300000 */
  readonly ttlMs?: number | undefined;
  /** How old studios may become while fetches fail. @default 3600000 */
  readonly maxAgeMs?: number | undefined;
  /** Called once for each such fetch. */
  readonly onStale?: ((stale: StaleStudios) => void) | undefined;
  readonly now?: () => number;
  readonly random?: () => number;
}

interface Good {
  readonly studios: Studios;
  readonly fetchedAt: number;
  /** Ids of studios whose key the upstream rejected; an empty id means all studios. */
  readonly rejected: Set<string>;
}

/** Shares one fetch among all callers, and pauses after a failed one. */
export const createStudioStore = ({
  fetchSecret,
  ttlMs = 300_000,
  maxAgeMs = 3_600_000,
  onStale,
  now = Date.now,
  random = Math.random,
}: StudioStoreOptions): StudioStore => {
  let good: Good | undefined;
  /** Fetches that failed since the last good one, and the last one's error. */
  let failed: { readonly times: number; readonly retryAt: number; readonly error: unknown } | undefined;
  let fetching: Promise<Studios> | undefined;

  /** The last good studios, if they are younger than `ageMs` and the studio's key was not rejected. */
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
    if (isWithdrawn(error)) good = undefined;
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
      // The secret may have got this studio since the last good fetch: do not deny it.
      if (!stale || (studioId !== "" && !stale.has(studioId))) throw error;
      return stale;
    }
  };

  return {
    current,
    inHand: () => good?.studios,
    renewed: async (stale, studioId = "") => {
      if (good?.studios !== stale) return current(studioId);
      good.rejected.add(studioId);
      return fetched();
    },
  };
};

/** 5 s, doubled with each failure, at most a minute. */
const pauseMs = (times: number): number => Math.min(5_000 * 2 ** (times - 1), 60_000);

const secretText = async (fetchSecret: StudioStoreOptions["fetchSecret"]): Promise<string> => {
  try {
    return await fetchSecret();
  } catch (cause) {
    throw new StudiosUnavailable("the secret with the studios' keys cannot be read", { cause });
  }
};

/** Errors of Secrets Manager which mean that somebody withdrew the secret. Then its keys must not be used any more. */
const withdrawals = [
  "AccessDeniedException",
  "DecryptionFailure",
  "InvalidRequestException",
  "ResourceNotFoundException",
];

const isWithdrawn = (error: unknown): boolean =>
  error instanceof StudiosUnavailable && error.cause instanceof Error && withdrawals.includes(error.cause.name);

/** The studios of the secret's text. @throws StudiosMisconfigured, which names the field and no value */
export const parseStudios = (text: string): Studios => {
  const parsed = studiosSecret.safeParse(parseQuietly(text), { error: wording });
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`);
  throw new StudiosMisconfigured(`the studios' secret is invalid: ${faults.join("; ")}`);
};

/** Says what is wanted, never what is there. The schemas' own messages take precedence. */
const wording: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return "is required";
  if (issue.code === "invalid_type")
    return `must be of type ${issue.expected === "record" ? "object" : issue.expected}`;
  return issue.code === "invalid_format" ? `must be a ${issue.format}` : undefined;
};

/** The parser's own message would quote the secret. */
const parseQuietly = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new StudiosMisconfigured("the studios' secret is not JSON");
  }
};
