import type { Day } from "./calendar.ts";

/** A law that the lead days were chosen by. The gym's counsel must check it. */
interface Law {
  readonly title: string;
  readonly url: string;
  readonly checked: Day;
  readonly says: string;
}

export interface Policy {
  readonly name: string;
  /** Days before the last day on which the member can cancel. Strictly descending, none negative. */
  readonly leadDays: readonly number[];
  /** Empty if the lead days follow no law. */
  readonly law: readonly Law[];
}

export const noLegalAdvice =
  "These policies are no legal advice: the gym's counsel decides which law applies and which reminders meet it.";

const checked = "2026-11-22";

export const policies = {
  default: { name: "default", leadDays: [30, 14, 3], law: [] },

  uk: {
    name: "uk",
    leadDays: [30, 14, 3],
    law: [
      {
        title: "Digital Markets, Competition and Consumers Act 2024, section 258",
        url: "https://www.legislation.gov.uk/ukpga/2024/13/section/258",
        checked,
        says: "A subscription needs a reminder notice before the renewal payment that ends each six months, and before the first one after a trial; not yet in force when checked, announced for spring 2027.",
      },
      {
        title: "Digital Markets, Competition and Consumers Act 2024, section 259",
        url: "https://www.legislation.gov.uk/ukpga/2024/13/section/259",
        checked,
        says: "The notice is due within a reasonable period that the trader itself names before the contract is made, so no number of days is fixed.",
      },
    ],
  },

  // The law counts the days before the renewal. The deadline is earlier than that, by the period of notice. For each period
  // of notice from none to a month, at least two of these lead days are 15 to 45 days before the renewal.
  california: {
    name: "california",
    leadDays: [40, 30, 20, 10, 3],
    law: [
      {
        title: "Automatic Renewal Law, California Business and Professions Code section 17602",
        url: "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=17602.",
        checked,
        says: "A contract with a first term of a year or longer that renews by itself needs a notice 15 to 45 days before it renews.",
      },
      {
        title: "California Assembly Bill 2863 (2024)",
        url: "https://leginfo.legislature.ca.gov/faces/billNavClient.xhtml?bill_id=202320240AB2863",
        checked,
        says: "Contracts made, amended or extended since 1 July 2025 also need a reminder once a year of the service, its charges and the way to cancel, which a deadline that comes less often does not give.",
      },
    ],
  },

  // One month is at most 31 days and three months are at least 89.
  france: {
    name: "france",
    leadDays: [60, 35, 14, 3],
    law: [
      {
        title: "Code de la consommation, article L215-1 (loi Chatel)",
        url: "https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000032226980",
        checked,
        says: "A service contract that renews tacitly needs a notice in writing that names the deadline, at most three months and at least one month before it, or the consumer may leave at any time after the renewal.",
      },
    ],
  },

  germany: {
    name: "germany",
    leadDays: [30, 14, 3],
    law: [
      {
        title: "Bürgerliches Gesetzbuch, section 309 number 9",
        url: "https://www.gesetze-im-internet.de/bgb/__309.html",
        checked,
        says: "Standard terms of contracts made since 1 March 2022 may extend them only for an indefinite time with at most one month's notice; the law knows no duty to remind.",
      },
      {
        title: "Bürgerliches Gesetzbuch, section 312k",
        url: "https://www.gesetze-im-internet.de/bgb/__312k.html",
        checked,
        says: "A website on which consumers can conclude paid contracts of some duration must have a button to cancel them; again there is no duty to remind.",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Policy>>;
