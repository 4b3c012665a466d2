import type { DataKind, Values } from "./customer.ts";
import type { Dice } from "./dice.ts";
import { inGroups, inventIban } from "./iban.ts";

const givenNames = ["Robin", "Kim", "Alex", "Charlie", "Jo", "Mika", "Noa", "Sascha", "Toni", "Zoë"] as const;
const familyNames = ["Sample", "Muster", "Beispiel", "Probst-Probe", "Möglich", "Fiktiv", "Erfunden", "Testa"] as const;
const streets = ["Musterstraße", "Erfundener Weg", "Beispielallee", "Probegasse"] as const;
const cities = ["Musterstadt", "Beispielhausen", "Testdorf", "Neu-Irgendwo"] as const;
const banks = ["Musterbank", "Beispielkasse", "Probebank"] as const;
const genders = ["MALE", "FEMALE", "UNISEX"] as const;
const titles = ["NONE", "NONE", "NONE", "NONE", "DR", "PROF"] as const;
const countries = ["DE", "DE", "DE", "AT", "PL", "TR"] as const;

const digits = (dice: Dice, count: number): string => String(dice.below(10 ** count)).padStart(count, "0");

const day = (dice: Dice): string =>
  [1950 + dice.below(55), 1 + dice.below(12), 1 + dice.below(28)]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

/** The numbers are of the ranges that the Bundesnetzagentur keeps free for films. */
const contact = (dice: Dice, email: string): Values => ({
  email,
  phonePrivate: `+49 30 23125 ${digits(dice, 3)}`,
  phonePrivateMobile: `+49 176 040690${digits(dice, 2)}`,
  ...(dice.onceIn(4) && { phoneBusiness: `+49 (30) 23125-${digits(dice, 3)}` }),
  ...(dice.onceIn(8) && { phoneBusinessMobile: `+49 171 39200${digits(dice, 2)}` }),
});

/** No German postal code begins with 00. */
const address = (dice: Dice): Values => ({
  street: dice.pick(streets),
  houseNumber: String(1 + dice.below(120)),
  zipCode: `00${digits(dice, 3)}`,
  city: dice.pick(cities),
  countryCode: "DE",
  ...(dice.onceIn(6) && { secondStreet: "Hinterhaus" }),
  ...(dice.onceIn(6) && { floor: String(1 + dice.below(6)) }),
});

/** Every field that an address can have. */
export const wholeAddress: Values = {
  street: "Musterstraße",
  houseNumber: "12a",
  zipCode: "00123",
  city: "Musterstadt",
  countryCode: "DE",
  province: "Musterland",
  provinceCode: "ML",
  secondStreet: "Hinterhaus",
  cityPart: "Altstadt",
  district: "Bezirk 12",
  streetType: "Allee",
  streetBlock: "Block 5",
  portal: "Portal 1",
  stairway: "rechts",
  door: "3",
  additionalAddressInformation: "Zweimal klingeln",
  floor: "2",
  buildingName: "Haus am Hafen",
};

/** An invented person, the same for the same dice. The `0` in the BIC marks a test bank (ISO 9362). */
export const inventPerson = (dice: Dice, id: number): Record<DataKind, Values> => {
  const firstName = dice.pick(givenNames);
  const lastName = dice.pick(familyNames);
  const iban = inventIban(id);
  return {
    contact: contact(dice, `member.${id}@example.com`),
    address: address(dice),
    master: {
      firstName,
      lastName,
      gender: dice.pick(genders),
      dateOfBirth: day(dice),
      ...(!dice.onceIn(5) && { countryOfBirth: dice.pick(countries) }),
      customerTitle: dice.pick(titles),
    },
    payment: {
      accountHolder: `${firstName} ${lastName}`,
      bankName: dice.pick(banks),
      iban: dice.onceIn(2) ? inGroups(iban) : iban,
      bic: "MUSTDEB0XXX",
    },
  };
};

/** Other data that the same person wants to have stored. */
export const inventWish = (dice: Dice, id: number, current: Record<DataKind, Values>): Record<DataKind, Values> => ({
  contact: { email: `new.${id}@example.com` },
  address: address(dice),
  master: { ...current.master, lastName: `${current.master["lastName"]}-${dice.pick(familyNames)}` },
  payment: { ...current.payment, iban: inventIban(id + 5_000_000) },
});
