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
  const demo = await startSandbox({ apiKey, members, contactChanges });
  const other = await startSandbox({ apiKey: otherKey, members, contactChanges, seed: 2 });
  return {
    map: {
      "demo-studio": { baseUrl: demo.url, apiKey, timeZone: "Europe/Berlin", ...own },
      "other-studio": { baseUrl: other.url, apiKey: otherKey },
    },
    sandboxes: { "demo-studio": demo, "other-studio": other },
    demo: { url: demo.url, apiKey },
    close: () => Promise.all([demo.close(), other.close()]),
  };
};
