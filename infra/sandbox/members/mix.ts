import type { Cancelation } from "./customer.ts";
import type { Dice } from "./dice.ts";
import { atOnce, type ContractPlan, type DataPlan, type MemberPlan, readOnly, verified } from "./plan.ts";
import type { RateName } from "./rates.ts";
import { reasons } from "./reasons.ts";

const longestDays = 4 * 365;

const byShare = <T>(shares: readonly (readonly [T, number])[]): readonly T[] =>
  shares.flatMap(([item, share]) => Array.from({ length: share }, () => item));

/** What a studio sells, and how often. Mostly renewals by the year, so that deadlines fill it. */
const sold = byShare<RateName>([
  ["classic", 30],
  ["premium", 20],
  ["weekly", 10],
  ["twiceAYear", 10],
  ["starter", 10],
  ["monthlyAfterAYear", 10],
  ["monthly", 5],
  ["staff", 3],
  ["course", 2],
]);

const contractCounts = byShare([
  [0, 1],
  [1, 12],
  [2, 2],
  [3, 1],
]);

const configurations = byShare([
  [atOnce, 1],
  [verified, 3],
  [readOnly, 1],
]);

/** One contract in ten is canceled, one in twenty waits for the studio. */
const cancelation = (dice: Dice): Omit<Cancelation, "date"> | undefined => {
  const roll = dice.below(100);
  const reasonId = dice.pick(reasons).id;
  if (roll < 7) return { status: "CANCELED", origin: "CUSTOMER", reasonId };
  if (roll < 10) return { status: "CANCELED", origin: "STUDIO" };
  if (roll < 14) return { status: "PENDING_VERIFICATION", origin: "CUSTOMER", reasonId };
  if (roll < 15) return { status: "PENDING_WITHDRAWAL_VERIFICATION", origin: "CUSTOMER", reasonId };
  return undefined;
};

const contract = (dice: Dice): ContractPlan => {
  const rate = dice.pick(sold);
  const startedDaysAgo = dice.below(longestDays);
  const ending = cancelation(dice);
  return { rate, startedDaysAgo, ...(ending && { cancelation: ending }) };
};

const data = (dice: Dice): DataPlan => {
  const configuration = dice.pick(configurations);
  return { ...configuration, pending: configuration === verified && dice.onceIn(20) };
};

/** Made online a few days ago, so that the member may still withdraw from it. */
const recent: ContractPlan = { rate: "classic", startedDaysAgo: -7, madeOnlineDaysAgo: 5 };

/** Anyone of a studio's members, by her place among them. One in twenty has just made a contract. */
export const mixPlan = (dice: Dice, index: number): MemberPlan => ({
  contracts: [
    ...Array.from({ length: dice.pick(contractCounts) }, () => contract(dice)),
    ...(index % 20 === 0 ? [recent] : []),
  ],
  data: {
    contact: data(dice),
    address: data(dice),
    master: data(dice),
    payment: { ...data(dice), requireSignature: dice.onceIn(5) },
  },
});
