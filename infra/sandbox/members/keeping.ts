import { type Day, days, plus } from "./calendar.ts";
import type { Values } from "./customer.ts";
import { createDice } from "./dice.ts";
import { inGroups } from "./iban.ts";

export interface Kept<Value> {
  readonly value: Value;
  /** RESPELLED: written otherwise, the same is meant. ALTERED: another value. */
  readonly keeping: "AS_SENT" | "RESPELLED" | "ALTERED";
}

/** What a studio makes of what it is sent. */
export interface Keeper {
  readonly values: (customerId: bigint, sent: Values) => Kept<Values>;
  readonly date: (contractId: bigint, sent: Day) => Kept<Day>;
}

export const asSent: Keeper = {
  values: (_, value) => ({ value, keeping: "AS_SENT" }),
  date: (_, value) => ({ value, keeping: "AS_SENT" }),
};

/** A studio that writes data in its own way, corrects one change in three and moves every second date. */
export const inItsOwnWay = (seed: number): Keeper => {
  // By member or contract, so that requests in another order come to the same.
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

/** NFC for what came decomposed, NFD for the rest (Unicode Standard Annex 15). */
const otherUnicode = (text: string): string =>
  text === text.normalize("NFC") ? text.normalize("NFD") : text.normalize("NFC");

const unchanged = (text: string): string => text;

/** With the country in front, and by the digits alone. */
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

/** As a person at the desk would: the first name or address that there is gets a note. */
const corrected = (values: Values): Values => {
  const field = ["email", "lastName", "street", "accountHolder"].find((name) => typeof values[name] === "string");
  return map(values, (name, text) => {
    if (name !== field) return text;
    return name === "email" ? text.replace("@", ".checked@") : `${text} (checked)`;
  });
};
