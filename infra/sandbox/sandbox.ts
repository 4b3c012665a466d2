import { type Conditions, createSwitchboard, type Switchboard } from "./conditions.ts";
import { type Address, openAddress } from "./http/address.ts";
import { type Arrivals, createArrivals } from "./http/arrivals.ts";
import { createControl } from "./http/control.ts";
import { createFaults, type Fault } from "./http/faults.ts";
import { createListener } from "./http/listener.ts";
import { createRateLimit } from "./http/rate-limit.ts";
import { createRefuser } from "./http/reply.ts";
import { type CastMember, castOf } from "./members/directory.ts";
import { createStudio, type Studio } from "./studio.ts";

export interface SandboxOptions {
  readonly apiKey: string;
  /** @default any free one */
  readonly port?: number;
  /** @default 1000 */
  readonly members?: number;
  /** The same seed and the same clock make the same members, byte for byte. @default 1 */
  readonly seed?: number;
  /** @default the real clock */
  readonly now?: () => Date;
  /** The day from which contracts are told. @default the first day of the clock */
  readonly since?: Date;
  /** The studio's configuration: must it verify a cancelation and its withdrawal? @default VERIFIED_BY_STUDIO */
  readonly cancelations?: "VERIFIED_BY_STUDIO" | "AT_ONCE";
  /** What becomes of contact data that a change leaves out: the upstream does not document it. @default MERGED */
  readonly contactChanges?: "MERGED" | "REPLACED";
  /** Does it keep data and dates as they were sent, or in its own spelling and to dates of its choice? @default AS_SENT */
  readonly keeps?: "AS_SENT" | "ITS_OWN_WAY";
  /** For how long a read of pauses, and of contracts with their modules, does not show a write yet, in milliseconds. @default 0 */
  readonly readLagMs?: number;
  /** Per operation and key. @default 1000 */
  readonly requestsPerMinute?: number;
  /** The studio's own id. @default 7000000001 */
  readonly studioId?: bigint;
  /** Added to the ids of its customers, so that no other studio of the tenant has them. @default 0 */
  readonly idsFrom?: number;
  /** Another studio of the same tenant. This one is then at its address, and down when it is down. */
  readonly neighbour?: Sandbox;
}

export interface Sandbox {
  /** Without a slash at its end. */
  readonly url: string;
  readonly address: Address;
  /** The latest 10,000 requests, oldest first. */
  readonly requests: Arrivals["requests"];
  /** Every write that was carried out, oldest first; nothing is ever taken out. */
  readonly books: Studio["books"];
  /** Calls the listener with each request that ends. */
  readonly onEnd: Arrivals["onEnd"];
  cast(): readonly CastMember[];
  readonly conditions: Pick<Switchboard, "current" | "change">;
  /** The next requests that match go wrong. */
  misbehave(fault: Fault): void;
  /** From now on only this key is valid. */
  rotateKey(apiKey: string): void;
  /** Ends at once, also with open connections. */
  close(): Promise<void>;
}

/** How long reads lag once the conditions say so. */
const lagMs = 10_000;

const firstConditions = ({ readLagMs = 0, cancelations }: SandboxOptions): Conditions => ({
  trouble: "none",
  readsLag: readLagMs > 0,
  verifies: cancelations !== "AT_ONCE",
});

const assemble = (options: SandboxOptions, tenant: () => readonly Studio[]) => {
  const { members = 1000, seed = 1, now = () => new Date(), cancelations = "VERIFIED_BY_STUDIO" } = options;
  const { since = now(), contactChanges = "MERGED", keeps, readLagMs, studioId: id, idsFrom } = options;
  const kept = { cancelations, contactChanges, keeps, readLagMs };
  const studio = createStudio({ seed, members, now, since, id, idsFrom, tenant, ...kept });
  const faults = createFaults();
  return {
    studio,
    faults,
    arrivals: createArrivals(now),
    control: createControl(studio, faults),
    limit: createRateLimit(options.requestsPerMinute ?? 1000, now),
    refuse: createRefuser(seed),
  };
};

/**
 * Starts a stand-in for the upstream on 127.0.0.1, with invented members whose contracts are told from today on.
 * @throws Error where the port is taken.
 */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const parts = assemble(options, () => address.branches.map(({ studio }) => studio));
  const closing = new AbortController();
  let apiKey = options.apiKey;
  const conditions = createSwitchboard(firstConditions(options), async ({ trouble, readsLag, verifies }) => {
    parts.studio.configure({
      cancelations: verifies ? "VERIFIED_BY_STUDIO" : "AT_ONCE",
      readLagMs: readsLag ? (options.readLagMs ?? lagMs) : 0,
    });
    if (!options.neighbour) await address.serve(trouble !== "down");
  });
  const listener = createListener({
    ...parts,
    apiKey: () => apiKey,
    conditions: conditions.current,
    closing: closing.signal,
  });
  const branch = { studio: parts.studio, apiKey: () => apiKey, listener };
  const address = options.neighbour?.address ?? (await openAddress(branch, options.port));
  if (options.neighbour) address.branches.push(branch);
  return {
    url: address.url,
    address,
    conditions,
    cast: () => castOf(parts.studio),
    onEnd: parts.arrivals.onEnd,
    requests: parts.arrivals.requests,
    books: parts.studio.books,
    misbehave: (fault) => parts.faults.add(fault),
    rotateKey: (newKey) => {
      apiKey = newKey;
    },
    close: async () => {
      closing.abort();
      await conditions.settled();
      if (!options.neighbour) await address.serve(false);
    },
  };
};
