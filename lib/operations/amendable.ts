import * as z from "zod/mini";
import { about } from "./about.ts";
import { isAlike, isSame } from "./canonical.ts";
import { answerId } from "./fields.ts";
import type { Evidence, Ids, ReadBack, Wanted, WriteRules } from "./operation.ts";

const configurationStatus = about(z.enum(["READ", "CHANGES_REQUIRE_VERIFICATION", "CHANGES_WITHOUT_VERIFICATION"]), {
  description: "READ: cannot be changed; otherwise a change waits for the studio, or applies at once",
});

/** Members' data is older than our checks. In an answer, every field may be missing and any text is valid. */
const tolerant = (fields: z.core.$ZodShape): z.core.$ZodShape =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const { description, example } = z.globalRegistry.get(field) ?? {};
      const kept = field instanceof z.ZodMiniEnum || field instanceof z.ZodMiniBoolean ? field : z.string();
      return [name, about(z.nullish(kept), { description, example })];
    }),
  );

/** The answer to an amendment: its id and the wanted values. */
export const amendment = (fields: z.core.$ZodShape) =>
  z.looseObject({ id: about(answerId, { description: "Withdraws it while it is pending" }), ...tolerant(fields) });

/** The answer to a read of amendable data: current values, whether they can be changed, and the pending change. */
export const amendable = (fields: z.core.$ZodShape) =>
  z.looseObject({
    ...tolerant(fields),
    amendmentConfigurationStatus: configurationStatus,
    pendingAmendment: about(z.nullish(amendment(fields)), { description: "A change that waits for the studio" }),
  });

/** A field that only a read shows. A caller may send it back in a change. The gateway does not pass it on. */
export const shownOnly = z.optional(z.unknown());

const readsOwn = {
  amendmentConfigurationStatus: shownOnly,
  pendingAmendment: z.optional(
    z.null("is only shown by a read: leave it out. To change what is pending, withdraw that first"),
  ),
};

/** The body of a change: these fields and no others. Fields that only a read shows are removed. */
export const change = <Fields extends z.core.$ZodShape>(fields: Fields) => {
  const dropped = new Set(Object.keys(readsOwn));
  for (const [name, field] of Object.entries(fields)) if (field === shownOnly) dropped.add(name);
  return z.strictObject({ ...readsOwn, ...fields }).check(
    z.overwrite((body) => {
      const wanted = { ...body };
      for (const [name, value] of Object.entries(wanted))
        if (value === undefined || dropped.has(name)) Reflect.deleteProperty(wanted, name);
      return wanted;
    }),
  );
};

type Values = Readonly<Record<string, unknown>>;

const values = z.record(z.string(), z.unknown());
/** Null: the data is malformed. */
const shown = z.catch(
  z.nullable(
    z.looseObject({ amendmentConfigurationStatus: z.optional(z.unknown()), pendingAmendment: z.optional(z.unknown()) }),
  ),
  null,
);
const identified = z.looseObject({ id: answerId });

const holds = (data: Values, wanted: Values): boolean =>
  Object.entries(wanted).every(([field, value]) => isSame(field, value, data[field]));

/** What a read shows about a change besides its values. */
const notValues = new Set(["id", "requireSignature"]);

/**
 * Whether the pending change is the wanted one. A new value proves it. If the change has new values, then a value that
 * it empties, or that was the same before, proves nothing.
 */
const isWanted = (pending: Values, { wanted, current }: { wanted: Values; current: Values }): boolean => {
  if (!holds(pending, wanted)) return false;
  const isProved = Object.entries(wanted).some(
    ([field, value]) => !isSame(field, value, undefined) && !isSame(field, value, current[field]),
  );
  const others = Object.entries(pending).filter(([field]) => !Object.hasOwn(wanted, field) && !notValues.has(field));
  return (
    isProved ||
    others.every(([field, value]) => isSame(field, value, undefined) || isSame(field, value, current[field]))
  );
};

/** The pending change with only the values that the caller sent: a token that may only write must not read others. */
const answerOf = (pending: Values, wanted: Values): Values =>
  Object.fromEntries(Object.entries(pending).filter(([field]) => field === "id" || Object.hasOwn(wanted, field)));

/**
 * Whether the data shows a change: as the pending one or in the current values, which may have been the same before.
 * `unclear` if another change is pending, or if this one applies at once and a later one may have replaced it. A read
 * never shows a signature.
 */
const seen = ({ body }: Wanted<Ids, Values>, current: z.output<typeof shown>): Evidence<Values> => {
  const { signature: _, ...wanted } = body;
  if (!current) return { verdict: "unclear" };
  const { amendmentConfigurationStatus, pendingAmendment } = current;
  const waits = pendingAmendment !== null && pendingAmendment !== undefined;
  const pending = values.safeParse(pendingAmendment).data ?? {};
  const id = identified.safeParse(pending).data?.id;
  const isShown = waits && { shown: { pendingAmendment: id === undefined ? {} : { id } } };
  if (waits && isWanted(pending, { wanted, current }))
    return { verdict: "carried-out", answer: answerOf(pending, wanted), ...isShown };
  if (holds(current, wanted)) return { verdict: "carried-out", answer: wanted, ...isShown };
  const isAbsenceTold = !waits && amendmentConfigurationStatus === "CHANGES_REQUIRE_VERIFICATION";
  const isApplied = Object.entries(wanted).every(([field, value]) => isAlike(field, value, current[field]));
  return { verdict: isAbsenceTold && !isApplied ? "not-carried-out" : "unclear", ...isShown };
};

/** The rules of a change to the data that `read` shows. */
export const changing = (read: ReadBack["read"]): WriteRules<Ids, Values, Values, z.output<typeof shown>> => ({
  event: "CustomerDataAmended",
  eventIds: (_, answer) => {
    const amendmentId = identified.safeParse(answer).data?.id;
    return amendmentId === undefined ? {} : { amendmentId };
  },
  readBack: { read, data: shown, seen, isAtOnce: false },
});
