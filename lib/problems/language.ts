/** The languages of the gateway's own texts. The first one is for callers who ask for none of them. */
const languages = ["en", "de"] as const;

export type Language = (typeof languages)[number];

export const isLanguage = (text: unknown): text is Language => languages.some((language) => language === text);

/** The same text in each language. */
export type Localized = Readonly<Record<Language, string>>;

const weightedRange = /^([a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * The language that an Accept-Language header (RFC 9110, 12.5.4) asks for, by lookup (RFC 4647, 3.4): the range of the
 * greatest weight whose language the gateway has, and of those the first. `*` and malformed ranges do not count.
 */
export const preferredLanguage = (acceptLanguage = ""): Language => {
  const ranges = acceptLanguage.split(",").flatMap((text) => {
    const [range, primary, weight = "1"] = weightedRange.exec(text.trim().toLowerCase()) ?? [];
    return range === undefined ? [] : [{ range, primary, weight: Number(weight) }];
  });
  const refused = ranges.filter(({ weight }) => weight === 0).map(({ range }) => range.split(";")[0]?.trim());
  const offered = languages.filter((language) => !refused.includes(language));
  const [best] = ranges
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ primary }) => offered.find((language) => language === primary) ?? []);
  return best ?? offered[0] ?? languages[0];
};
