import * as z from "zod";
import type { Members } from "./members.ts";

const changed = z.object({ detail: z.object({ studioId: z.string(), customerId: z.string() }) });

/** The Lambda that gets the gateway's own cancelations and withdrawals: the next run checks the member again. */
export const lookAgain =
  ({ members }: { readonly members: Pick<Members, "forget"> }) =>
  async (event: unknown): Promise<void> => {
    const { studioId, customerId } = changed.parse(event).detail;
    await members.forget(studioId, customerId);
  };
