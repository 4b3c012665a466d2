import type { Language, Localized } from "../http/language.ts";

interface Reason {
  readonly id: bigint;
  readonly name: Localized;
}

/** What the studio offers as reasons for a cancelation. */
export const reasons: readonly Reason[] = [
  { id: 1001n, name: { en: "Moving away", de: "Umzug" } },
  { id: 1002n, name: { en: "Too expensive", de: "Zu teuer" } },
  { id: 1003n, name: { en: "No time", de: "Keine Zeit" } },
  { id: 1004n, name: { en: "Health", de: "Gesundheit" } },
  { id: 1005n, name: { en: "Changing the studio", de: "Studiowechsel" } },
  { id: 1006n, name: { en: "Other", de: "Sonstiges" } },
];

export const reasonName = (id: bigint | undefined, language: Language): string | undefined =>
  reasons.find((reason) => reason.id === id)?.name[language];
