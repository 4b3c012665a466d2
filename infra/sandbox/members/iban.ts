/** No bank has a code that begins with 9, so that a valid IBAN of these belongs to nobody. */
const inventedBankCode = "99900001";

/** ISO 13616: two check digits make the whole, letters as numbers, leave 1 when divided by 97. */
const checkDigits = (account: string, country: string): string => {
  const letters = [...country].map((letter) => Number.parseInt(letter, 36)).join("");
  return String(98n - (BigInt(`${account}${letters}00`) % 97n)).padStart(2, "0");
};

/** A German IBAN with right check digits for an invented bank. */
export const inventIban = (accountNumber: number): string => {
  const account = inventedBankCode + String(accountNumber).padStart(10, "0");
  return `DE${checkDigits(account, "DE")}${account}`;
};

/** In groups of four, as people write it. */
export const inGroups = (iban: string): string => iban.replace(/(.{4})(?=.)/g, "$1 ");
