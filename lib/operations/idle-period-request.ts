import * as z from "zod/mini";
import { about } from "./about.ts";
import { bodyId, orNone, wantedDate } from "./fields.ts";

export const temporalUnit = z.enum(["DAY", "WEEK", "MONTH"]);

const largestInt32 = 2 ** 31 - 1;

const span = {
  startDate: about(wantedDate, { description: "First day of the pause" }),
  temporalUnit: about(orNone(temporalUnit), { description: "The config's unit. Goes with termValue" }),
  termValue: about(
    orNone(
      z
        .int("must be a whole number")
        .check(z.minimum(1, "must be at least 1"), z.maximum(largestInt32, `must be at most ${largestInt32}`)),
    ),
    {
      description: "How many units the pause lasts",
      example: 1,
    },
  ),
  unlimited: about(orNone(z.boolean()), { description: "true: without an end, and so without a term" }),
};

const reasonId = about(bodyId, { description: "One of the config's reasons", example: 2001 });

const endDate = about(orNone(wantedDate), { description: "Last day of a pause that is shortened, instead of a term" });

interface Span {
  readonly temporalUnit?: string | null | undefined;
  readonly termValue?: number | null | undefined;
  readonly unlimited?: boolean | null | undefined;
  readonly endDate?: string | null | undefined;
}

/** How long a pause lasts is said in exactly one way. The first of these that is true names the field at fault. */
const faultOf = ({ unlimited, ...given }: Span): readonly [boolean, keyof Span, string] | undefined => {
  const hasUnit = given.temporalUnit != null;
  const hasValue = given.termValue != null;
  const hasEnd = given.endDate != null;
  const hasTerm = hasUnit || hasValue;
  const isEndless = unlimited === true;
  const faults = [
    [hasEnd && hasTerm, "endDate", "must be left out if there is a term (temporalUnit and termValue)"],
    [hasEnd && isEndless, "endDate", "must be left out if unlimited is true"],
    [hasTerm && isEndless, "unlimited", "must not be true if there is a term (temporalUnit and termValue)"],
    [hasTerm && !hasValue, "termValue", "is required with temporalUnit"],
    [hasTerm && !hasUnit, "temporalUnit", "is required with termValue"],
    [!hasTerm && !isEndless && !hasEnd, "temporalUnit", "is required with termValue, unless unlimited is true"],
  ] as const;
  return faults.find(([isFault]) => isFault);
};

const checkSpan = ({ value, issues }: z.core.ParsePayload<Span>): void => {
  const [, field, message] = faultOf(value) ?? [];
  if (field) issues.push({ code: "custom", path: [field], message, input: value[field] });
};

const aMonth = { startDate: "2027-01-31", temporalUnit: "MONTH", termValue: 1 };

/** A pause to validate: a term, or unlimited. */
export const idlePeriodRequest = about(z.strictObject(span).check(checkSpan), { example: aMonth });

/** A new pause. */
export const newIdlePeriod = about(z.strictObject({ ...span, reasonId }).check(checkSpan), {
  example: { ...aMonth, reasonId: 2002 },
});

/** What a pause is to become: another term, unlimited, or an earlier end. */
export const idlePeriodChange = about(z.strictObject({ ...span, endDate, reasonId }).check(checkSpan), {
  example: { ...aMonth, reasonId: 2002 },
});
