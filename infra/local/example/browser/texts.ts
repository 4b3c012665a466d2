import type { Problem } from "./gateway.ts";

const table = {
  signIn: ["Sign in", "Anmelden"],
  as: ["Member", "Mitglied"],
  signOut: ["Sign out", "Abmelden"],
  contracts: ["Your contracts", "Ihre Verträge"],
  noContract: ["You have no contract with us.", "Sie haben keinen Vertrag bei uns."],
  ends: ["Current term ends", "Laufzeit bis"],
  deadline: ["Cancel by", "Kündbar bis"],
  canceledTo: ["Canceled to", "Gekündigt zum"],
  waits: ["The studio is still checking this.", "Das Studio prüft das noch."],
  cancel: ["Cancel contract", "Vertrag kündigen"],
  cancelNow: ["Cancel now", "Jetzt kündigen"],
  cancelTo: ["Cancel to", "Kündigen zum"],
  reason: ["Reason (you need not say)", "Grund (freiwillig)"],
  takeBack: ["Take it back", "Zurücknehmen"],
  takenBack: ["Your cancelation was taken back.", "Ihre Kündigung wurde zurückgenommen."],
  withdraw: ["Withdraw from contract", "Vertrag widerrufen"],
  withdrawNow: ["Confirm withdrawal", "Widerruf bestätigen"],
  withdrawAbout: [
    "You can withdraw from a contract that you made online, usually within 14 days. You need no reason.",
    "Einen online geschlossenen Vertrag können Sie widerrufen, in der Regel innerhalb von 14 Tagen. Einen Grund brauchen Sie nicht.",
  ],
  back: ["Back", "Zurück"],
  receipt: ["Your receipt", "Ihre Bestätigung"],
  print: ["Print", "Drucken"],
  save: ["Save", "Speichern"],
  pause: ["Pause contract", "Vertrag pausieren"],
  pauseFrom: ["Pause from", "Pause ab"],
  pauseFor: ["For how many", "Dauer in"],
  DAY: ["days", "Tagen"],
  WEEK: ["weeks", "Wochen"],
  MONTH: ["months", "Monaten"],
  document: ["Document (PDF or picture)", "Nachweis (PDF oder Bild)"],
  pauseNow: ["Pause now", "Jetzt pausieren"],
  paused: ["Your pause was entered.", "Ihre Pause wurde eingetragen."],
  pauses: ["Your pauses", "Ihre Pausen"],
  until: ["to", "bis"],
  notPossible: [
    "This pause is not possible. Please choose another start or length.",
    "Diese Pause ist nicht möglich. Bitte wählen Sie einen anderen Beginn oder eine andere Dauer.",
  ],
  pauseTakenBack: ["Your pause was taken back.", "Ihre Pause wurde zurückgenommen."],
  contact: ["Contact data", "Kontaktdaten"],
  email: ["E-mail", "E-Mail"],
  mobile: ["Mobile phone", "Mobiltelefon"],
  store: ["Save changes", "Änderungen speichern"],
  stored: ["Your change was received.", "Ihre Änderung ist eingegangen."],
  pending: [
    "This change waits until the studio has checked it:",
    "Diese Änderung wartet, bis das Studio sie geprüft hat:",
  ],
  locked: ["Please ask the studio to change this.", "Bitte lassen Sie das im Studio ändern."],
  unknown: [
    "We do not know yet whether this went through. Please press the same button again in a minute: it is never carried out twice.",
    "Wir wissen noch nicht, ob das geklappt hat. Bitte drücken Sie in einer Minute noch einmal auf denselben Knopf: Ausgeführt wird es nur einmal.",
  ],
  later: [
    "The studio's system does not answer at the moment. Nothing has changed. Please try again in a few minutes.",
    "Das System des Studios antwortet gerade nicht. Es hat sich nichts geändert. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
  ],
  waiting: [
    "A change of this is already waiting for the studio.",
    "Eine Änderung daran wartet bereits auf das Studio.",
  ],
  forbidden: [
    "This is not possible in this app. Please ask the studio.",
    "Das ist in dieser App nicht möglich. Bitte fragen Sie im Studio.",
  ],
  other: ["The studio's system did not accept this: ", "Das System des Studios hat das nicht angenommen: "],
} as const satisfies Readonly<Record<string, readonly [english: string, german: string]>>;

export type Texts = Readonly<Record<keyof typeof table, string>>;

const inLanguage = (place: 0 | 1) =>
  Object.fromEntries(Object.entries(table).map(([name, row]) => [name, row[place]])) as Texts;

export const texts: Readonly<Record<string, Texts>> = { en: inLanguage(0), de: inLanguage(1) };

/** The studio's system or the gateway does not answer, or is busy. */
const isLater = (code: string): boolean =>
  /^(no-answer|too-many-requests|upstream-(busy|unavailable|unintelligible|timed-out|rejected-key)|idempotency-key-in-use)$/.test(
    code,
  ) || /^(studios-unavailable|ledger-unavailable|internal-error|http-\d+)$/.test(code);

/** What the member reads about a problem. `isWrite`: she wanted to change something, and may have. */
export const textOf = ({ code, outcome, detail = code, errors = [] }: Problem, t: Texts, isWrite: boolean): string => {
  if (isWrite && (outcome === "unknown" || code === "idempotency-key-in-use")) return t.unknown;
  if (isLater(code)) return t.later;
  if (code === "amendment-pending") return t.waiting;
  if (code === "forbidden" || code === "upstream-forbidden") return t.forbidden;
  // The gateway says what to type in the member's language, and the studio's own words say why it refused.
  return t.other + (errors.length > 0 ? errors.map((each) => each.detail).join(" ") : detail);
};
