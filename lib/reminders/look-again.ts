import * as z from "zod/mini";
import type { Members } from "./members.ts";

const changed = z.object({ detail: z.object({ studioId: z.string(), customerId: z.optional(z.string()) }) });

/**
 * The Lambda that gets the gateway's own changes of contracts and modules: the next run checks the member again, if the
 * event names her.
 */
export const lookAgain =
  ({ members }: { readonly members: Pick<Members, "makeDue"> }) =>
  async (event: unknown): Promise<void> => {
    const { studioId, customerId } = changed.parse(event).detail;
    if (customerId !== undefined) await members.makeDue(studioId, customerId);
  };
