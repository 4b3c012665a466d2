import { type Day, days, plus } from "./calendar.ts";
import type { Values } from "./customer.ts";
import { createDice } from "./dice.ts";
import { inGroups } from "./iban.ts";

export interface Kept<Value> {
  readonly value: Value;
  /** RESPELLED: the same value in another spelling. ALTERED: another value. */
  readonly keeping: "AS_SENT" | "RESPELLED" | "ALTERED";
}

/** How a studio stores the data and dates that it gets. */
export interface Keeper {
  readonly values: (customerId: bigint, sent: Values) => Kept<Values>;
  readonly date: (contractId: bigint, sent: Day) => Kept<Day>;
}

export const asSent: Keeper = {
  values: (_, value) => ({ value, keeping: "AS_SENT" }),
  date: (_, value) => ({ value, keeping: "AS_SENT" }),
};

/** A studio that stores data in its own spelling, corrects one change in three and moves every second date. */
export const inItsOwnWay = (seed: number): Keeper => {
  // One sequence for each member or contract, so that the order of requests makes no difference.
  const diceFor = (id: bigint) => createDice(seed, -1 - Number(id % 1_000_000_007n));
  return {
    values: (customerId, sent) => {
      const respelled = map(sent, (field, text) => (spellings[field] ?? otherUnicode)(text));
      if (diceFor(customerId).onceIn(3)) return { value: corrected(respelled), keeping: "ALTERED" };
      const isSame = Object.keys(sent).every((field) => respelled[field] === sent[field]);
      return { value: respelled, keeping: isSame ? "AS_SENT" : "RESPELLED" };
    },
    date: (contractId, sent) => {
      const dice = diceFor(contractId);
      if (dice.onceIn(2)) return { value: sent, keeping: "AS_SENT" };
      return { value: plus(sent, days(1 + dice.below(28))), keeping: "ALTERED" };
    },
  };
};

const map = (values: Values, change: (field: string, text: string) => string): Values =>
  Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, typeof value === "string" ? change(field, value) : value]),
  );

/** NFC for decomposed text, NFD for other text (Unicode Standard Annex 15). */
const otherUnicode = (text: string): string =>
  text === text.normalize("NFC") ? text.normalize("NFD") : text.normalize("NFC");

const unchanged = (text: string): string => text;

/** Digits only, with the country calling code. */
const phone = (text: string): string => {
  const digits = text.replace(/\(0\)|[^\d+]/g, "");
  return digits.startsWith("0") ? digits.replace(/^0+/, "+49") : digits;
};

const spellings: Readonly<Record<string, (text: string) => string>> = {
  email: (text) => text.toLowerCase(),
  phonePrivate: phone,
  phonePrivateMobile: phone,
  phoneBusiness: phone,
  phoneBusinessMobile: phone,
  iban: (text) => (text.includes(" ") ? text.replaceAll(" ", "") : inGroups(text)),
  bic: (text) => (text.length === 8 ? `${text}XXX` : text.replace(/XXX$/, "")),
  gender: unchanged,
  customerTitle: unchanged,
  dateOfBirth: unchanged,
  countryCode: unchanged,
  countryOfBirth: unchanged,
};

/** Adds a note to the first name or address, as a person at the desk may do. */
const corrected = (values: Values): Values => {
  const field = ["email", "lastName", "street", "accountHolder"].find((name) => typeof values[name] === "string");
  return map(values, (name, text) => {
    if (name !== field) return text;
    return name === "email" ? text.replace("@", ".checked@") : `${text} (checked)`;
  });
};
