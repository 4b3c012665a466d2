import type { Studio } from "../studio.ts";
import { days, plus } from "./calendar.ts";
import { cast } from "./cast.ts";
import { reasons } from "./reasons.ts";
import { availableEnds } from "./terms.ts";

/** A member of the cast as she is now. */
export interface CastMember {
  readonly customerId: string;
  readonly situation: string;
  /** Values for the parameters and body fields of requests about her, by name. Contracts that can be canceled come first. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** The cast, as far as the studio has so many members. */
export const castOf = (studio: Studio): readonly CastMember[] => {
  const today = studio.today();
  return studio.slice("MEMBER", 0, cast.length).map(({ id, contracts, data }, place) => {
    const dated = contracts.map((contract) => ({ contract, ends: availableEnds(contract, today) }));
    const sorted = [...dated.filter(({ ends }) => ends.length > 0), ...dated.filter(({ ends }) => ends.length === 0)];
    const idsOf = (list: readonly { readonly id: bigint }[]) => list.map((each) => String(each.id));
    return {
      customerId: String(id),
      situation: cast[place]?.situation ?? "",
      values: {
        customerId: [String(id)],
        contractId: sorted.map(({ contract }) => String(contract.id)),
        cancelationDate: sorted[0]?.ends ?? [],
        additionalModuleContractId: sorted.flatMap(({ contract }) => idsOf(contract.modules)),
        idlePeriodId: sorted.flatMap(({ contract }) => idsOf(contract.pauses)),
        amendmentId: Object.values(data).flatMap(({ pending }) => (pending ? [String(pending.id)] : [])),
        // Of a cancelation.
        cancelationReasonId: reasons.map((reason) => String(reason.id)),
        // Of a pause.
        startDate: [plus(today, days(30))],
        temporalUnit: sorted.slice(0, 1).map(({ contract }) => contract.pauseRules.unit),
        termValue: ["1"],
      },
    };
  });
};
