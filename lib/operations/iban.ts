import { countrySpecs, isValidBIC, ValidationErrorsIBAN, validateIBAN } from "ibantools";
import { compact, foreignLetters, isPlain } from "./text.ts";

/** The electronic format (ISO 13616): upper case, nothing between. No country has the letters IB. */
export const electronicIban = (text: string): string => compact(text).replace(/^IBAN:?/, "");

/** Upper case, nothing between, without the name of the field. */
export const electronicBic = (text: string): string => compact(text.replace(/^\s*BIC[\s:]+/i, ""));

/** What is wrong with an IBAN; undefined: nothing. Check digits within the account number are its bank's matter. */
export const ibanFault = (iban: string): string | undefined => {
  if (!isPlain(iban)) return foreignLetters;
  const { errorCodes } = validateIBAN(iban);
  const is = (code: ValidationErrorsIBAN) => errorCodes.includes(code);
  if (is(ValidationErrorsIBAN.NoIBANProvided)) return "must be an IBAN such as DE91 1000 0000 0123 4567 89";
  if (is(ValidationErrorsIBAN.NoIBANCountry)) return "must be an IBAN, which begins with a country such as DE";
  if (is(ValidationErrorsIBAN.WrongBBANLength))
    return `must be an IBAN of ${countrySpecs[iban.slice(0, 2)]?.chars} characters, as all of its country are`;
  if (is(ValidationErrorsIBAN.WrongBBANFormat) || is(ValidationErrorsIBAN.ChecksumNotNumber))
    return "must be an IBAN: a letter is in it where its country has a digit, or the other way round";
  if (is(ValidationErrorsIBAN.WrongIBANChecksum))
    return "must be an IBAN, but its check digits do not fit: a character is wrong, or two have changed places";
  return undefined;
};

/** What is wrong with a BIC; undefined: nothing. */
export const bicFault = (bic: string): string | undefined => {
  if (!isPlain(bic)) return foreignLetters;
  if (bic.length !== 8 && bic.length !== 11) return "must be a BIC of 8 or 11 characters, such as DEUTDEFF";
  // ISO 9362 has had digits in the first four characters since 2014; the library knows letters there only.
  return isValidBIC(`AAAA${bic.slice(4)}`)
    ? undefined
    : "must be a BIC such as DEUTDEFF: four letters or digits, then a country, then the place";
};
