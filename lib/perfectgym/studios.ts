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
  /** @throws StudiosUnavailable, StudiosMisconfigured */
  readonly current: () => Promise<Studios>;
  /** Fetches anew unless somebody already did since `stale` was handed out. */
  readonly renewed: (stale: Studios) => Promise<Studios>;
}

export interface StudioStoreOptions {
  /** Gives the secret's text: a JSON map `{ "<studioId>": { "baseUrl", "apiKey", "defaultCancelationReasonId"?, "timeZone"?, "reminderPolicy"? } }`. */
  readonly fetchSecret: () => Promise<string>;
  /** @default 300000 */
  readonly ttlMs?: number | undefined;
  readonly now?: () => number;
}

/** Caches the secret as one promise shared by all callers; a promise that rejects is dropped at once. */
export const createStudioStore = ({
  fetchSecret,
  ttlMs = 300_000,
  now = Date.now,
}: StudioStoreOptions): StudioStore => {
  let cached: { readonly studios: Promise<Studios>; readonly until: number } | undefined;

  const fetchAnew = () => {
    const studios = fetchSecret().then(parseStudios, (cause) => {
      throw new StudiosUnavailable("the secret with the studios' keys cannot be read", { cause });
    });
    const entry = { studios, until: now() + ttlMs };
    cached = entry;
    studios.catch(() => {
      if (cached === entry) cached = undefined;
    });
    return studios;
  };

  const current = () => (cached && now() < cached.until ? cached.studios : fetchAnew());

  return {
    current,
    renewed: async (stale) => {
      const seen = cached;
      if (seen && (await seen.studios) === stale && cached === seen) return fetchAnew();
      return current();
    },
  };
};

const parseStudios = (text: string): Studios => {
  const parsed = studiosSecret.safeParse(parseQuietly(text));
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "(root)"}: ${message}`);
  throw new StudiosMisconfigured(`the studios' secret does not fit: ${faults.join("; ")}`);
};

/** Without the parser's own message, which quotes the text around the fault. */
const parseQuietly = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new StudiosMisconfigured("the studios' secret is not JSON");
  }
};
