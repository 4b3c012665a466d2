import type { Contract } from "#infra/sandbox/members/customer.ts";
import type { Dice } from "#infra/sandbox/members/dice.ts";
import { availableEnds } from "#infra/sandbox/members/terms.ts";
import type { Clock } from "./clock.ts";
import type { Membership } from "./membership.ts";
import type { Timetable } from "./timetable.ts";
import type { Wall } from "./wall.ts";

export interface Change {
  readonly customerId: string;
  readonly contractId: string;
  readonly at: number;
  readonly kind: "canceled" | "withdrawn";
}

export interface ChangesOptions {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly wall: Wall;
  readonly membership: Membership;
  readonly onChange: (change: Change) => void;
}

const dayMs = 86_400_000;
/** Each day, one member in this many cancels. */
const cancelsOneIn = 500;
/** One in this many cancelations is withdrawn. */
const withdrawnOneIn = 3;

/** Members cancel at any time of a day, and some take it back within days. */
export const planChanges = ({ from, to }: Pick<Timetable, "from" | "to">, options: ChangesOptions): void => {
  const { clock, dice, membership } = options;
  const count = Math.ceil((membership.ids.length * (to - from)) / dayMs / cancelsOneIn);
  for (let planned = 0; planned < count; planned++) {
    const customerId = dice.pick(membership.ids);
    clock.at(from + dice.below(to - from), () => cancel(customerId, options));
  }
};

const cancel = (customerId: string, options: ChangesOptions): void => {
  const { clock, dice, wall, membership, onChange } = options;
  const today = wall.dayAt(clock.now());
  const contract = membership.contracts(customerId).find((each) => isOpen(each) && availableEnds(each, today)[0]);
  const [date] = contract === undefined ? [] : availableEnds(contract, today);
  if (contract === undefined || date === undefined) return;
  const status = dice.onceIn(2) ? "CANCELED" : "PENDING_VERIFICATION";
  membership.change(customerId, { ...contract, cancelation: { status, origin: "CUSTOMER", date } });
  const change = { customerId, contractId: String(contract.id) };
  onChange({ ...change, at: clock.now(), kind: "canceled" });
  if (!dice.onceIn(withdrawnOneIn)) return;
  clock.at(clock.now() + dice.below(8 * dayMs), () => {
    membership.change(customerId, contract);
    onChange({ ...change, at: clock.now(), kind: "withdrawn" });
  });
};

const isOpen = ({ cancelation }: Contract): boolean => cancelation === undefined;
