import * as z from "zod/mini";
import { isSame } from "./canonical.ts";
import { writeJson } from "./json.ts";
import type { Evidence, Shown } from "./operation.ts";

/** The upstream's answer to a cancelation, and to taking one back. */
export interface Done {
  readonly success?: string | null | undefined;
}

/** Any value counts, also one that the reference does not list. */
export const word = z.pipe(
  z.optional(z.unknown()),
  z.transform((value) => {
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : writeJson(value);
  }),
);

/** What a read shows about a cancelation, in the studio's spelling. */
export interface Cancelation {
  readonly status?: string | undefined;
  readonly date?: string | undefined;
  /** Whether there is a reason or an origin, which only a cancelation has. */
  readonly isTraced: boolean;
  /** What has ended may have been canceled without still showing it. */
  readonly hasEnded: boolean;
}

const codeOf = ({ status }: Cancelation): string | undefined => status?.trim().toUpperCase();

/** A studio that verifies cancelations shows PENDING_VERIFICATION until it has done so. */
const isCanceled = (code: string | undefined): boolean => code === "CANCELED" || code === "PENDING_VERIFICATION";

const shownOf = ({ status, date, isTraced }: Cancelation): { readonly shown?: Shown } =>
  status || date || isTraced ? { shown: { cancelation: { ...(status && { status }), ...(date && { date }) } } } : {};

/** Whether something was canceled. Only a cancelation to the wanted date proves the write. */
export const seenCanceled = (found: Cancelation, wantedDate: string): Evidence<Done> => {
  const { status, date, isTraced, hasEnded } = found;
  if (!status && !date && !isTraced && !hasEnded) return { verdict: "not-carried-out" };
  const isWanted = isCanceled(codeOf(found)) && isSame("cancelationDate", wantedDate, date);
  return isWanted
    ? { verdict: "carried-out", answer: { success: "true" }, ...shownOf(found) }
    : { verdict: "unclear", ...shownOf(found) };
};

/** Whether a cancelation was taken back: none is left, or the studio still has to verify that. */
export const seenTakenBack = (found: Cancelation): Evidence<Done> => {
  const { status, date, hasEnded } = found;
  const code = codeOf(found);
  if (isCanceled(code)) return { verdict: "not-carried-out" };
  const answer = { success: "true" };
  if (code === "PENDING_WITHDRAWAL_VERIFICATION") return { verdict: "carried-out", answer };
  return !status && !date && !hasEnded ? { verdict: "gone", answer } : { verdict: "unclear", ...shownOf(found) };
};

/** What a receipt says about a cancelation. `found` is undefined if it could not be read. */
export const receiptFields = (wantedDate: string, { status, date }: Partial<Cancelation> = {}) => ({
  requestedDate: wantedDate,
  cancelationStatus: status ?? "NOT_YET_KNOWN",
  ...(status && { cancelationDate: date ?? null }),
});
