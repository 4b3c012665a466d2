import type { Language } from "./language.ts";

/** What a `detail` can say besides the text of its code. */
interface Phrases {
  readonly foreignStudio: string;
  readonly keyHint: string;
  readonly moreFaults: (count: number) => string;
  readonly inDoubt: string;
  readonly alsoPending: string;
  readonly showsPendingChange: string;
  readonly showsCancelation: string;
  readonly refused: string;
}

export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    foreignStudio: "The token does not allow access to this studio.",
    keyHint: `Send a unique key with each write, for example Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
    moreFaults: (count) => `${count} more faults are not listed.`,
    inDoubt:
      "The write may still have been carried out. A retry with the same Idempotency-Key is safe. Without a key, read the " +
      "data before you send it again.",
    alsoPending: "A change of the same data is also pending.",
    showsPendingChange:
      "The studio's system shows a pending change of the same data. It may come from this write or from another one. The " +
      "gateway cannot tell which, and will not send the write again. Read the data before you send anything.",
    showsCancelation:
      "The studio's system shows a cancelation. It may come from this write or from another one. The gateway cannot tell " +
      "which, and will not send the write again. Read the data before you send anything.",
    refused: "refused by the studio's system",
  },
  de: {
    foreignStudio: "Das Token erlaubt keinen Zugriff auf dieses Studio.",
    keyHint: `Senden Sie mit jedem Auftrag einen eigenen Schlüssel, zum Beispiel Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
    moreFaults: (count) => `${count} weitere Fehler sind nicht aufgeführt.`,
    inDoubt:
      "Der Auftrag wurde möglicherweise trotzdem ausgeführt. Sie können die Anfrage mit demselben Idempotency-Key gefahrlos " +
      "wiederholen. Ohne Schlüssel lesen Sie zuerst die Daten, bevor Sie ihn erneut senden.",
    alsoPending: "Außerdem steht eine Änderung derselben Daten noch aus.",
    showsPendingChange:
      "Das System des Studios zeigt eine ausstehende Änderung derselben Daten. Sie kann von diesem Auftrag stammen oder von " +
      "einem anderen. Das Gateway kann das nicht unterscheiden und sendet den Auftrag nicht noch einmal. Lesen Sie die Daten, " +
      "bevor Sie etwas senden.",
    showsCancelation:
      "Das System des Studios zeigt eine Kündigung. Sie kann von diesem Auftrag stammen oder von einem anderen. Das Gateway " +
      "kann das nicht unterscheiden und sendet den Auftrag nicht noch einmal. Lesen Sie die Daten, bevor Sie etwas senden.",
    refused: "vom System des Studios abgelehnt",
  },
};
