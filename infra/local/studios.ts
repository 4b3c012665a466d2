import { type Sandbox, startSandbox } from "#infra/sandbox/sandbox.ts";
import type { Settings } from "./settings.ts";

/** Where the demo studio's sandbox is, and its key. */
export interface SandboxAddress {
  readonly url: string;
  readonly apiKey: string;
}

export interface LocalStudios {
  /** The studios' secret. */
  readonly map: Readonly<Record<string, object>>;
  /** The sandboxes by studio. None with another upstream. */
  readonly sandboxes: Readonly<Record<string, Sandbox>>;
  readonly demo: SandboxAddress | undefined;
  readonly close: () => Promise<unknown>;
}

const sandboxKeys = { "demo-studio": "sandbox-key", "other-studio": "other-sandbox-key" };

/** In the upstream. Both studios are of one tenant. */
const upstreamIds = { "demo-studio": 7_000_000_001, "other-studio": 7_000_000_002 };

/** Above the ids of all members that the demo studio can have: no two customers of a tenant have the same. */
const idsOfOther = 2_000_000;

/** The studios of infra/local/partners.yml. With another upstream, that is the demo studio and the only one. */
export const startStudios = async (settings: Settings): Promise<LocalStudios> => {
  const { upstream, sandboxMembers: members, contactChanges, defaultCancelationReasonId } = settings;
  const own = defaultCancelationReasonId === undefined ? {} : { defaultCancelationReasonId };
  if (upstream)
    return {
      map: { "demo-studio": { ...upstream, ...own } },
      sandboxes: {},
      demo: undefined,
      close: async () => undefined,
    };
  const { "demo-studio": apiKey, "other-studio": otherKey } = sandboxKeys;
  const { "demo-studio": upstreamStudioId, "other-studio": otherId } = upstreamIds;
  const like = { members, contactChanges };
  const demo = await startSandbox({ apiKey, studioId: BigInt(upstreamStudioId), ...like });
  const another = { seed: 2, idsFrom: idsOfOther, studioId: BigInt(otherId), neighbour: demo };
  const other = await startSandbox({ apiKey: otherKey, ...another, ...like });
  return {
    map: {
      "demo-studio": { baseUrl: demo.url, apiKey, upstreamStudioId, timeZone: "Europe/Berlin", ...own },
      "other-studio": { baseUrl: other.url, apiKey: otherKey, upstreamStudioId: otherId },
    },
    sandboxes: { "demo-studio": demo, "other-studio": other },
    demo: { url: demo.url, apiKey },
    close: () => Promise.all([demo.close(), other.close()]),
  };
};
