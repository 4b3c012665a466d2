import { countrySpecs, isValidBIC, ValidationErrorsIBAN, validateIBAN } from "ibantools";
import { compact, foreignLetters, isPlain } from "./text.ts";

/** The electronic format (ISO 13616): upper case, no separators, without the word IBAN. No country has the code IB. */
export const electronicIban = (text: string): string => compact(text).replace(/^IBAN:?/, "");

/** Upper case, no separators, without the word BIC. */
export const electronicBic = (text: string): string => compact(text.replace(/^\s*BIC[\s:]+/i, ""));

/** What is wrong with an IBAN. Undefined if it is valid. Check digits within the account number are not checked. */
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

/** What is wrong with a BIC. Undefined if it is valid. */
export const bicFault = (bic: string): string | undefined => {
  if (!isPlain(bic)) return foreignLetters;
  if (bic.length !== 8 && bic.length !== 11) return "must be a BIC of 8 or 11 characters, such as DEUTDEFF";
  // Since 2014, ISO 9362 allows digits in the first four characters. The library allows only letters there.
  return isValidBIC(`AAAA${bic.slice(4)}`)
    ? undefined
    : "must be a BIC such as DEUTDEFF: four letters or digits, then a country, then the place";
};
