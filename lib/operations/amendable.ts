import * as z from "zod";
import { answerId } from "./fields.ts";

const configurationStatus = z
  .enum(["READ", "CHANGES_REQUIRE_VERIFICATION", "CHANGES_WITHOUT_VERIFICATION"])
  .meta({ description: "READ: cannot be changed; otherwise a change waits for the studio, or applies at once" });

/** Members' data predates any check of ours: in an answer every field may be missing and no text is judged. */
const tolerant = (fields: z.ZodRawShape): z.ZodRawShape =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { description, example } = z.globalRegistry.get(field) ?? {};
      const kept = field instanceof z.ZodEnum || field instanceof z.ZodBoolean ? field : z.string();
      return [name, kept.nullish().meta({ description, example })];
    }),
  );

/** The answer to an amendment: its id and the wanted values. */
export const amendment = (fields: z.ZodRawShape) =>
  z.looseObject({ id: answerId.meta({ description: "Withdraws it while it is pending" }), ...tolerant(fields) });

/** The answer to a read of amendable data: current values, whether they can be changed, and the change that waits. */
export const amendable = (fields: z.ZodRawShape) =>
  z.looseObject({
    ...tolerant(fields),
    amendmentConfigurationStatus: configurationStatus,
    pendingAmendment: amendment(fields).nullish().meta({ description: "A change that waits for the studio" }),
  });
