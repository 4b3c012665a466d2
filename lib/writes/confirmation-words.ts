import type { Language } from "#lib/problems/language.ts";

/** The texts of a receipt for members. Dates and numbers come as text. */
interface Words {
  readonly locale: string;
  readonly canceled: string;
  readonly withdrawn: string;
  readonly received: string;
  /** Labels: the declaration, when it was received, the customer, the studio, the request. */
  readonly labels: readonly [string, string, string, string, string];
  /** `module`: an add-on of the contract. Empty: the contract itself. */
  readonly canceling: (contract: string, module: string, date: string) => string;
  readonly withdrawing: (contract: string) => string;
  readonly oclock: string;
  readonly next: string;
  readonly confirmed: (date: string) => string;
  readonly otherDate: string;
  readonly pending: string;
  readonly notYetKnown: string;
  readonly otherStatus: (status: string) => string;
  readonly reversed: (since: string) => string;
  readonly notYetReversed: string;
  readonly keep: string;
}

export const confirmationWords: Readonly<Record<Language, Words>> = {
  en: {
    locale: "en-GB",
    canceled: "Confirmation of your cancelation",
    withdrawn: "Confirmation of your withdrawal from the contract",
    received: "Your declaration was received, and the studio's system has accepted it for processing.",
    labels: ["Declaration", "Received", "Member number", "Studio", "Reference"],
    canceling: (contract, module, date) =>
      `Ordinary cancelation of ${module && `add-on ${module} of `}contract ${contract} to ${date}`,
    withdrawing: (contract) => `Withdrawal from contract ${contract}`,
    oclock: "",
    next: "What happens next",
    confirmed: (date) =>
      `The studio's system shows the cancelation as confirmed, ${date ? `to ${date}` : "without a date"}.`,
    otherDate: "This is not the date that you asked for. Please ask the studio if you disagree.",
    pending: "The studio still has to check the cancelation. Until it has confirmed it, the date is not certain.",
    notYetKnown: "The studio's system does not show the cancelation yet. Please look at your contract again later.",
    otherStatus: (status) => `The studio's system shows the status ${status}. Please ask the studio what it means.`,
    reversed: (since) => `The studio's system shows the contract as withdrawn${since && `, since ${since}`}.`,
    notYetReversed:
      "The studio's system does not show yet what follows. The studio decides whether the withdrawal was in time.",
    keep: "Please keep this confirmation.",
  },
  de: {
    locale: "de-DE",
    canceled: "Bestätigung Ihrer Kündigung",
    withdrawn: "Bestätigung Ihres Widerrufs",
    received: "Ihre Erklärung ist eingegangen, und das System des Studios hat sie zur Bearbeitung angenommen.",
    labels: ["Erklärung", "Eingegangen", "Mitgliedsnummer", "Studio", "Vorgang"],
    canceling: (contract, module, date) =>
      `Ordentliche Kündigung des ${module && `Zusatzmoduls ${module} des `}Vertrags ${contract} zum ${date}`,
    withdrawing: (contract) => `Widerruf des Vertrags ${contract}`,
    oclock: " Uhr",
    next: "Wie es weitergeht",
    confirmed: (date) =>
      `Das System des Studios zeigt die Kündigung als bestätigt an, ${date ? `zum ${date}` : "ohne Datum"}.`,
    otherDate:
      "Das ist nicht das Datum, zu dem Sie gekündigt haben. Fragen Sie das Studio, wenn Sie nicht einverstanden sind.",
    pending: "Das Studio muss die Kündigung noch prüfen. Bis zur Bestätigung steht das Datum nicht fest.",
    notYetKnown: "Das System des Studios zeigt die Kündigung noch nicht an. Bitte sehen Sie später noch einmal nach.",
    otherStatus: (status) =>
      `Das System des Studios zeigt den Status ${status} an. Bitte fragen Sie das Studio, was das bedeutet.`,
    reversed: (since) => `Das System des Studios zeigt den Vertrag als widerrufen an${since && `, seit ${since}`}.`,
    notYetReversed:
      "Das System des Studios zeigt noch nicht an, was folgt. Das Studio entscheidet, ob der Widerruf rechtzeitig war.",
    keep: "Bitte bewahren Sie diese Bestätigung auf.",
  },
};
