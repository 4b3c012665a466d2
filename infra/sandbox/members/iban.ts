import { composeIBAN, friendlyFormatIBAN } from "ibantools";

/** No German bank has a code that begins with 9, so a valid IBAN with this code belongs to nobody. */
const inventedBankCode = "99900001";

/** A German IBAN with valid check digits for an invented bank. */
export const inventIban = (accountNumber: number): string => {
  const bban = inventedBankCode + String(accountNumber).padStart(10, "0");
  const iban = composeIBAN({ countryCode: "DE", bban });
  if (iban === null) throw new RangeError(`${accountNumber} has more than the ten digits of an account number`);
  return iban;
};

/** In groups of four, as people write it. */
export const inGroups = (iban: string): string => friendlyFormatIBAN(iban) ?? iban;
