import { pointerOf, shortened } from "#lib/operations/json.ts";
import type { Shown } from "#lib/operations/operation.ts";
import { OutcomeUnknown, StudioUnknown, UpstreamError, UpstreamRefused } from "#lib/perfectgym/errors.ts";
import { inGerman } from "./german.ts";
import type { Language } from "./language.ts";
import { phrases } from "./phrases.ts";
import type { Problem } from "./problem.ts";
import { type Fault, mostFaults, RequestInvalid, RequestRefused } from "./types.ts";

/** Of JSON, for each text from the request or the upstream. So a problem stays below 40 KiB. */
const maxBytes = { pointer: 256, message: 4_096, code: 256 };

/** The text of an error's code, and the language of all text. */
interface Wording {
  readonly detail: string;
  readonly language: Language;
}

/** What an error knows besides its code. */
export const particularsOf = (error: unknown, wording: Wording): Partial<Problem> => {
  const { detail, language } = wording;
  if (error instanceof RequestRefused) return refusalOfOurs(error, wording);
  if (error instanceof StudioUnknown) return { detail: phrases[language].foreignStudio };
  if (error instanceof RequestInvalid) return listed(error, wording);
  if (error instanceof UpstreamRefused) return { ...refusal(error, wording), ...upstreamFacts(error) };
  if (error instanceof OutcomeUnknown) return { ...seenInstead(error, language), ...upstreamFacts(error) };
  if (!(error instanceof UpstreamError)) return {};
  return {
    ...(error.facts.outcome && { detail: `${detail} ${phrases[language].inDoubt}` }),
    ...upstreamFacts(error),
  };
};

const refusalOfOurs = ({ code, message, faults }: RequestRefused, { detail, language }: Wording): Partial<Problem> => ({
  ...(code === "forbidden" && { detail: (language === "en" ? message : inGerman(message)) ?? detail }),
  ...(faults.length > 0 && { errors: faults.map((fault) => worded(fault, language)) }),
});

/** German says at least that the field is wrong, so that all of a problem's text is in one language. */
const worded = (fault: Fault, language: Language): Fault =>
  language === "en" ? fault : { ...fault, detail: inGerman(fault.detail) ?? "ist ungültig" };

const isKeyMissing = ({ faults }: RequestInvalid): boolean =>
  faults.some(({ pointer, in: part }) => part === "header" && pointer === "/idempotency-key");

const listed = (error: RequestInvalid, { detail, language }: Wording): Partial<Problem> => {
  const { keyHint, moreFaults } = phrases[language];
  const errors = error.faults
    .slice(0, mostFaults)
    .map((fault) => worded({ ...fault, pointer: shortened(fault.pointer, maxBytes.pointer) }, language));
  const rest = error.faults.length + error.more - errors.length;
  const advice = isKeyMissing(error) ? keyHint : detail;
  return rest === 0
    ? { detail: advice, errors }
    : { detail: `${advice} ${moreFaults(rest)}`, errors, moreErrors: rest };
};

const refusal = ({ code, refusal: given }: UpstreamRefused, { detail, language }: Wording): Partial<Problem> => {
  const { reference, pendingAmendment } = given;
  const { alsoPending, refused } = phrases[language];
  const message = given.message && shortened(given.message, maxBytes.message);
  const words = {
    ...(message && { detail: message }),
    ...(reference && { errors: [faultAt(reference, message ?? refused)] }),
    ...pendingIdOf(pendingAmendment),
  };
  if (code === "amendment-pending" || !pendingAmendment) return words;
  return { ...words, detail: `${(message ?? detail).replace(/(?<=[^\s.!?。])\s*$/, ".")} ${alsoPending}` };
};

const pendingIdOf = (pending: Shown["pendingAmendment"]): Partial<Problem> =>
  pending?.id === undefined ? {} : { pendingAmendmentId: pending.id };

/** What the data shows instead of the wanted change. */
const seenInstead = ({ shown = {} }: OutcomeUnknown, language: Language): Partial<Problem> => {
  const { pendingAmendment, cancelation } = shown;
  const { showsPendingChange, showsCancelation } = phrases[language];
  const { status, date } = cancelation ?? {};
  return {
    ...((pendingAmendment ?? cancelation) && { detail: pendingAmendment ? showsPendingChange : showsCancelation }),
    ...pendingIdOf(pendingAmendment),
    ...(status && { cancelationStatus: shortened(status, maxBytes.pointer) }),
    ...(date && { cancelationDate: shortened(date, maxBytes.pointer) }),
  };
};

/** The upstream writes `parent.child[0]`, the gateway `/parent/child/0`. */
const faultAt = (reference: string, detail: string): Fault => ({
  in: "body",
  pointer: pointerOf(
    shortened(reference, maxBytes.pointer)
      .split(/[.[\]]+/)
      .filter(Boolean),
  ),
  detail,
});

const upstreamFacts = ({ facts: { errorCode, traceId, outcome } }: UpstreamError): Partial<Problem> => {
  const upstream = {
    ...(errorCode && { errorCode: shortened(errorCode, maxBytes.code) }),
    ...(traceId && { traceId: shortened(traceId, maxBytes.code) }),
  };
  return { ...((errorCode || traceId) && { upstream }), ...(outcome && { outcome }) };
};
