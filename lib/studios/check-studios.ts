import type { Context } from "aws-lambda";
import { chunksOf } from "#lib/chunks.ts";
import type { Log } from "#lib/observability/log.ts";
import type { PerfectGym } from "#lib/perfectgym/client.ts";

export interface CheckEffects {
  readonly perfectgym: Pick<PerfectGym, "studioIds" | "checkKey">;
  readonly log: Pick<Log, "studio">;
  readonly now: () => number;
}

/** Of one studio, and how many studios are asked at once. All of a hundred studios that hang end within 20 seconds. */
const [timeoutMs, together] = [4_000, 20];

/**
 * The scheduled Lambda that asks the upstream of each studio whether it is there and accepts the key, so that an outage
 * rings before a member meets it. It reads nobody's data. @throws StudiosUnavailable, StudiosMisconfigured
 */
export const checkStudios =
  ({ perfectgym, log, now }: CheckEffects) =>
  async (_event: unknown, { awsRequestId: requestId }: Pick<Context, "awsRequestId">): Promise<void> => {
    const check = async (studioId: string): Promise<void> => {
      const askedAt = now();
      const status = await perfectgym.checkKey(studioId, timeoutMs);
      log.studio({
        operation: "checkStudios",
        requestId,
        studioId,
        outcome: outcomeOf(status),
        ...(status !== undefined && { upstreamStatus: status }),
        durationMs: now() - askedAt,
      });
    };
    for (const chunk of chunksOf(await perfectgym.studioIds(), together)) await Promise.all(chunk.map(check));
  };

const outcomeOf = (status: number | undefined) => {
  if (status === 200) return "answers";
  return status === 401 ? "key-rejected" : "no-answer";
};
