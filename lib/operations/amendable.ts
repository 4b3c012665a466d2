import * as z from "zod";
import { answerId } from "./fields.ts";
import type { Evidence, Operation, Wanted, WriteRules } from "./operation.ts";

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

/** A field that only a read shows. Who writes back what was read may send it; it goes no further. */
export const shownOnly = z.unknown().optional();

const readsOwn = {
  amendmentConfigurationStatus: shownOnly,
  pendingAmendment: z
    .null("is only shown by a read: leave it out. To change what is pending, withdraw that first")
    .optional(),
};

/** The body of a change: these fields and no others. What is left of it are the wanted values alone. */
export const change = <Fields extends z.ZodRawShape>(fields: Fields) => {
  const dropped = new Set(Object.keys(readsOwn));
  for (const [name, field] of Object.entries(fields)) if (field === shownOnly) dropped.add(name);
  return z.strictObject({ ...readsOwn, ...fields }).overwrite((body) => {
    const wanted = { ...body };
    for (const [name, value] of Object.entries(wanted))
      if (value === undefined || dropped.has(name)) Reflect.deleteProperty(wanted, name);
    return wanted;
  });
};

const values = z.record(z.string(), z.unknown());
const shown = z.looseObject({
  amendmentConfigurationStatus: z.string().nullish(),
  pendingAmendment: z.looseObject({ id: answerId }).nullish(),
});

/** Upstreams regroup IBANs and phone numbers: spaces make no difference. A signature is never shown. */
const holds = (
  data: Readonly<Record<string, unknown>>,
  { signature: _, ...wanted }: Readonly<Record<string, unknown>>,
) => Object.entries(wanted).every(([name, value]) => withoutSpaces(data[name]) === withoutSpaces(value));

const withoutSpaces = (value: unknown): unknown => (typeof value === "string" ? value.replace(/\s/g, "") : value);

/**
 * Whether a change shows: as the one that waits, or in the values themselves, which may have been so before. One that
 * applies at once may be overwritten by now: where it does not show, nobody can tell.
 */
const seen = ({ body }: Wanted, data: unknown): Evidence | undefined => {
  const wanted = values.parse(body);
  const current = shown.safeParse(data).data;
  if (!current) return undefined;
  const { pendingAmendment } = current;
  const { signature: _, ...applied } = wanted;
  const waits = pendingAmendment && { pendingAmendmentId: pendingAmendment.id };
  if (pendingAmendment && holds(pendingAmendment, wanted))
    return { isCarriedOut: true, answer: pendingAmendment, ...waits };
  if (holds(current, wanted)) return { isCarriedOut: true, answer: applied, ...waits };
  const isTold = pendingAmendment || current.amendmentConfigurationStatus === "CHANGES_REQUIRE_VERIFICATION";
  return isTold ? { isCarriedOut: false, ...waits } : undefined;
};

/** The rules of a change to what `read` shows. */
export const changing = (read: Operation): WriteRules => ({
  event: "CustomerDataAmended",
  readBack: { read, seen, isAtOnce: false },
});
