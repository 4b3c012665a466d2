/**
 * Studios may store data in another spelling than the one that was sent. These forms say which spellings mean the same.
 * They are for comparing only: what is sent does not change.
 */

/** Whether both values mean the same in this field. Missing, null and empty are the same. */
export const isSame = (field: string, wanted: unknown, shown: unknown): boolean => {
  const [one, other] = [plain(wanted), plain(shown)];
  if (one === undefined || other === undefined) return false;
  const isSameText = text(one) === text(other);
  if (isSameText || isEmpty(one) || isEmpty(other)) return isSameText;
  return field.startsWith("phone") ? isSamePhone(one, other) : formOf(field)(one) === formOf(field)(other);
};

/** Whether a studio may show the wanted value as the other one: without accents, abbreviated or partly hidden. */
export const isAlike = (field: string, wanted: unknown, shown: unknown): boolean => {
  const [one, other] = [plain(wanted), plain(shown)];
  if (one === undefined || other === undefined) return true;
  return isSame(field, one, other) || (!isEmpty(one) && (/[*•●…]/.test(other) || folded(one) === folded(other)));
};

/** Undefined: a person cannot have typed the value. */
const plain = (value: unknown): string | undefined => {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? undefined : String(value);
};

const isEmpty = (value: string): boolean => text(value) === "";

/** In one Unicode form (NFC) and with one kind of quote and dash, without spaces and invisible characters. */
const text = (value: string): string =>
  value
    .replace(/[\s\p{Cc}\p{Cf}]/gu, "")
    .normalize("NFC")
    .replace(/[\u2018\u2019\u201b\u02bc\u0060\u00b4]/g, "'")
    .replace(/[\p{Pd}\u2212]/gu, "-");

const upperCase = (value: string): string => text(value).toUpperCase();

const lettersAndDigits = (value: string): string => upperCase(value).replace(/[^\p{L}\p{N}]/gu, "");

/** Upper and lower case make no difference to any mail server that is in use; a domain has an ASCII form (RFC 5891). */
const email = (value: string): string => {
  const [, local, domain] = /^(.*)@([^@]*)$/.exec(text(value).toLowerCase()) ?? [];
  return domain === undefined ? text(value).toLowerCase() : `${local}@${asciiDomain(domain)}`;
};

const asciiDomain = (domain: string): string =>
  /[/?#:@\\]/.test(domain) ? domain : (URL.parse(`http://${domain}`)?.hostname ?? domain);

/** ISO 13616, also with the word IBAN before it. */
const iban = (value: string): string => lettersAndDigits(value).replace(/^IBAN/, "");

/** ISO 9362: the code of a head office has 8 characters or ends with XXX. */
const bic = (value: string): string => lettersAndDigits(value).replace(/^(.{8})XXX$/, "$1");

/** `2027-01-31`, also with a time of day after it, or `31.01.2027`. */
const date = (value: string): string => {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text(value)) ?? [];
  if (day && month && year) return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return /^(\d{4}-\d\d-\d\d)(T.*)?$/.exec(text(value))?.[1] ?? text(value);
};

const forms: Readonly<Record<string, (value: string) => string>> = {
  email,
  iban,
  bic,
  zipCode: lettersAndDigits,
  houseNumber: upperCase,
  countryCode: upperCase,
  countryOfBirth: upperCase,
  provinceCode: upperCase,
  gender: upperCase,
  customerTitle: upperCase,
  dateOfBirth: date,
  cancelationDate: date,
  startDate: date,
  endDate: date,
};

const formOf = (field: string) => (Object.hasOwn(forms, field) ? forms[field] : undefined) ?? text;

interface Phone {
  /** Country calling code. Undefined if the number has none. */
  readonly country?: string | undefined;
  /** The number without the country calling code and without the 0 that is only dialled within a country. */
  readonly number: string;
}

/** ITU-T E.164: no code begins with another one, and those not listed here have three digits. */
const countryCodeFirst = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})0*(\d+)$/;

/** A number with its country has at least so many digits. */
const leastInternational = 9;

/** The ways to read a number. */
const phonesOf = (value: string): readonly Phone[] => {
  const typed = value.normalize("NFKC");
  const digits = typed.replace(/\D/g, "");
  const withCountry = (all: string): Phone[] => {
    const [, country, number = ""] = countryCodeFirst.exec(all) ?? [];
    return country === undefined ? [] : [{ country, number }];
  };
  if (/^\D*\+/.test(typed)) return withCountry(typed.replace(/\(0+\)/, "").replace(/\D/g, ""));
  if (digits.startsWith("00")) return withCountry(typed.replace(/\(0\)/, "").replace(/\D/g, "").slice(2));
  if (digits.startsWith("0")) return [{ number: digits.replace(/^0+/, "") }];
  return [{ number: digits }, ...(digits.length < leastInternational ? [] : withCountry(digits))];
};

/** Compares the digits, with and without the country calling code. */
const isSamePhone = (wanted: string, shown: string): boolean =>
  phonesOf(wanted).some((one) =>
    phonesOf(shown).some(
      (other) =>
        one.number !== "" &&
        one.number === other.number &&
        (one.country ?? other.country) === (other.country ?? one.country),
    ),
  );

/** Without accents, case, spaces and signs. `ä` and `ae` give the same, and so do `Straße` and `str.`. */
const folded = (value: string): string =>
  value
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/ß/g, "ss")
    .replace(/([aou])e/g, "$1")
    .replace(/ø/g, "o")
    .replace(/æ/g, "a")
    .replace(/ł/g, "l")
    .replace(/(.)\1/g, "$1")
    .replace(/strase/g, "str");
