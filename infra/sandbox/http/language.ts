export type Language = "en" | "de";

export type Localized = Readonly<Record<Language, string>>;

/** The studio's language, for callers without an `Accept-Language` that it knows. */
const studioLanguage: Language = "en";

const range = /^\s*(?<tag>[a-z]{1,8}|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q=(?<quality>[01](?:\.\d{0,3})?)\s*)?$/i;

const spoken = (tag: string): Language | undefined => {
  const primary = tag.toLowerCase();
  if (primary === "*") return studioLanguage;
  return primary === "en" || primary === "de" ? primary : undefined;
};

/** Chooses by quality value (RFC 9110, section 12.5.4), then by position. A malformed range is ignored. */
export const preferredLanguage = (acceptLanguage = ""): Language => {
  const wishes = acceptLanguage.split(",").flatMap((text) => {
    const groups = range.exec(text)?.groups;
    const language = spoken(groups?.["tag"] ?? "");
    const quality = Number(groups?.["quality"] ?? 1);
    return language === undefined || quality === 0 ? [] : [{ language, quality }];
  });
  return wishes.sort((a, b) => b.quality - a.quality)[0]?.language ?? studioLanguage;
};
