import { conceal } from "#lib/conceal.ts";
import type { Localized } from "./language.ts";

/** The kinds of problem, by their stable code. `detail` is the text if the error knows none that is more exact. */
export const problemTypes = {
  "request-invalid": {
    status: 400,
    title: { en: "Invalid request", de: "Ungültige Anfrage" },
    detail: {
      en: "Correct the faults listed in `errors` and send the request again.",
      de: "Korrigieren Sie die Fehler, die in `errors` stehen, und senden Sie die Anfrage erneut.",
    },
  },
  unauthenticated: {
    status: 401,
    title: { en: "Not authenticated", de: "Nicht angemeldet" },
    detail: {
      en: "Send a valid access token.",
      de: "Senden Sie ein gültiges Zugriffstoken.",
    },
  },
  forbidden: {
    status: 403,
    title: { en: "Forbidden", de: "Nicht erlaubt" },
    detail: {
      en: "The token does not allow this operation.",
      de: "Das Token erlaubt diesen Vorgang nicht.",
    },
  },
  "not-found": {
    status: 404,
    title: { en: "Not found", de: "Nicht gefunden" },
    detail: {
      en: "No operation has this path and method.",
      de: "Es gibt keinen Vorgang mit diesem Pfad und dieser Methode.",
    },
  },
  "body-too-large": {
    status: 413,
    title: { en: "Body too large", de: "Inhalt zu groß" },
    detail: {
      en:
        "A body may have at most 64 KiB. A change of payment data may have 2 MiB, because it can include a " +
        "signature. A form may have a document of at most 4.5 MB.",
      de:
        "Der Inhalt einer Anfrage darf höchstens 64 KiB groß sein. Eine Änderung der Zahlungsdaten darf 2 MiB groß " +
        "sein, weil sie eine Unterschrift enthalten kann. Ein Formular darf ein Dokument von höchstens 4,5 MB " +
        "enthalten.",
    },
  },
  "media-type-unsupported": {
    status: 415,
    title: { en: "Unsupported media type", de: "Medientyp nicht unterstützt" },
    detail: {
      en:
        "Send the body as application/json in UTF-8. If the operation takes a document, send it as " +
        "multipart/form-data.",
      de:
        "Senden Sie den Inhalt als application/json in UTF-8. Wenn der Vorgang ein Dokument annimmt, senden Sie ihn " +
        "als multipart/form-data.",
    },
  },
  "idempotency-key-in-use": {
    status: 409,
    title: { en: "Request in progress", de: "Anfrage in Bearbeitung" },
    detail: {
      en:
        "The first request with this Idempotency-Key is still in progress. Retry after the number of seconds in " +
        "Retry-After.",
      de:
        "Die erste Anfrage mit diesem Idempotency-Key wird noch bearbeitet. Wiederholen Sie die Anfrage nach so " +
        "vielen Sekunden, wie in Retry-After steht.",
    },
  },
  "idempotency-key-reused": {
    status: 422,
    title: { en: "Idempotency-Key reused", de: "Idempotency-Key schon verwendet" },
    detail: {
      en: "This Idempotency-Key was already used with a different body, document or studio. Use a new key for a new request.",
      de:
        "Dieser Idempotency-Key wurde schon mit einem anderen Inhalt, Dokument oder Studio verwendet. Verwenden Sie " +
        "für eine neue Anfrage einen neuen Schlüssel.",
    },
  },
  "amendment-pending": {
    status: 409,
    title: { en: "A change is already pending", de: "Eine Änderung steht noch aus" },
    detail: {
      en:
        "A change of the same data is already pending. Wait for the studio's decision, or withdraw the pending " +
        "change by its id in `pendingAmendmentId`, if present.",
      de:
        "Eine Änderung derselben Daten steht noch aus. Warten Sie auf die Entscheidung des Studios, oder nehmen Sie " +
        "die ausstehende Änderung zurück. Ihre Nummer steht in `pendingAmendmentId`, wenn es dieses Feld gibt.",
    },
  },
  "outcome-unknown": {
    status: 504,
    title: { en: "Outcome unknown", de: "Ergebnis unbekannt" },
    detail: {
      en:
        "The write may have been carried out, and the gateway could not confirm it by reading the data. If you sent " +
        "an Idempotency-Key, retry with the same key, after the number of seconds in Retry-After if that header is " +
        "present: the gateway then reads first and never carries out the write twice. If you sent no key, or if the " +
        "outcome stays unknown, read the data before you send anything. `pendingAmendmentId`, `cancelationStatus` " +
        "and `cancelationDate` are what the data shows. It may come from this write or from another one.",
      de:
        "Der Auftrag wurde möglicherweise ausgeführt, und das Gateway konnte das nicht durch Lesen der Daten " +
        "bestätigen. Wenn Sie einen Idempotency-Key gesendet haben, wiederholen Sie die Anfrage mit demselben " +
        "Schlüssel, und zwar nach so vielen Sekunden, wie in Retry-After steht, wenn es diesen Header gibt: Das " +
        "Gateway liest dann zuerst und führt den Auftrag nie zweimal aus. Wenn Sie keinen Schlüssel gesendet haben " +
        "oder das Ergebnis unbekannt bleibt, lesen Sie die Daten, bevor Sie etwas senden. `pendingAmendmentId`, " +
        "`cancelationStatus` und `cancelationDate` geben an, was die Daten zeigen. Das kann von diesem Auftrag " +
        "stammen oder von einem anderen.",
    },
  },
  "ledger-unavailable": {
    status: 503,
    title: { en: "Temporarily unavailable", de: "Vorübergehend nicht verfügbar" },
    detail: {
      en:
        "The gateway could not record the write, so it did not send it. Retry after the number of seconds in " +
        "Retry-After.",
      de:
        "Das Gateway konnte den Auftrag nicht aufzeichnen und hat ihn deshalb nicht gesendet. Wiederholen Sie die " +
        "Anfrage nach so vielen Sekunden, wie in Retry-After steht.",
    },
  },
  "too-many-requests": {
    status: 429,
    title: { en: "Too many requests", de: "Zu viele Anfragen" },
    detail: {
      en:
        "Your app sends more requests to this operation than it may. Retry after the number of seconds in Retry-After. The " +
        "header RateLimit-Policy has the limit.",
      de:
        "Ihre App sendet mehr Anfragen an diesen Vorgang, als sie darf. Wiederholen Sie die Anfrage nach so vielen Sekunden, " +
        "wie in Retry-After steht. Der Header RateLimit-Policy nennt die Grenze.",
    },
  },
  "upstream-refused": {
    status: "4xx",
    title: { en: "Refused by the studio's system", de: "Vom System des Studios abgelehnt" },
    detail: {
      en: "The studio's system refused the request.",
      de: "Das System des Studios hat die Anfrage abgelehnt.",
    },
  },
  "upstream-forbidden": {
    status: 403,
    title: { en: "The studio must allow this", de: "Das Studio muss dies erlauben" },
    detail: {
      en:
        "The studio's system does not allow this gateway to read or change this data. Only the studio or the " +
        "gateway's operator can change that. Another token or a retry does not help.",
      de:
        "Das System des Studios erlaubt diesem Gateway nicht, diese Daten zu lesen oder zu ändern. Nur das Studio " +
        "oder der Betreiber des Gateways kann das ändern. Ein anderes Token oder eine Wiederholung hilft nicht.",
    },
  },
  "upstream-rejected-key": {
    status: 502,
    title: { en: "Bad gateway", de: "Fehler beim System des Studios" },
    detail: {
      en: "The studio's system rejected this gateway's key. The gateway's operator must correct it.",
      de:
        "Das System des Studios hat den Schlüssel dieses Gateways abgelehnt. Der Betreiber des Gateways muss ihn " +
        "korrigieren.",
    },
  },
  "upstream-unavailable": {
    status: 502,
    title: { en: "Bad gateway", de: "Fehler beim System des Studios" },
    detail: {
      en: "The studio's system failed or cannot be reached. Try again later.",
      de: "Das System des Studios ist gestört oder nicht erreichbar. Versuchen Sie es später erneut.",
    },
  },
  "upstream-unintelligible": {
    status: 502,
    title: { en: "Bad gateway", de: "Fehler beim System des Studios" },
    detail: {
      en: "The studio's system returned an invalid response.",
      de: "Das System des Studios hat eine ungültige Antwort gesendet.",
    },
  },
  "upstream-busy": {
    status: 503,
    title: { en: "Busy", de: "Ausgelastet" },
    detail: {
      en: "The studio's system is busy. Retry after the number of seconds in Retry-After.",
      de:
        "Das System des Studios ist ausgelastet. Wiederholen Sie die Anfrage nach so vielen Sekunden, wie in " +
        "Retry-After steht.",
    },
  },
  "studios-unavailable": {
    status: 503,
    title: { en: "Temporarily unavailable", de: "Vorübergehend nicht verfügbar" },
    detail: {
      en: "The gateway cannot read its configuration. Retry after the number of seconds in Retry-After.",
      de:
        "Das Gateway kann seine Konfiguration nicht lesen. Wiederholen Sie die Anfrage nach so vielen Sekunden, wie " +
        "in Retry-After steht.",
    },
  },
  "upstream-timed-out": {
    status: 504,
    title: { en: "Gateway timeout", de: "Keine Antwort vom System des Studios" },
    detail: {
      en: "The studio's system did not answer in time.",
      de: "Das System des Studios hat nicht rechtzeitig geantwortet.",
    },
  },
  "internal-error": {
    status: 500,
    title: { en: "Internal error", de: "Interner Fehler" },
    detail: {
      en: "The gateway failed. Give its operator the request id in `instance`.",
      de: "Im Gateway ist ein Fehler aufgetreten. Nennen Sie dem Betreiber die Nummer der Anfrage in `instance`.",
    },
  },
} as const satisfies Record<string, ProblemType>;

interface ProblemType {
  /** `4xx`: the status of the studio's system itself. */
  readonly status: number | "4xx";
  readonly title: Localized;
  readonly detail: Localized;
}

export type ProblemCode = keyof typeof problemTypes;

/** An error that knows its problem. Any other error is a bug, and an `internal-error`. */
export interface Foreseen extends Error {
  readonly code: ProblemCode;
  /** For the header Retry-After. Undefined: waiting does not help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** One fault of a request. `pointer` is a JSON pointer (RFC 6901) into the part that `in` names. */
export interface Fault {
  readonly in: "path" | "query" | "header" | "body";
  readonly pointer: string;
  readonly detail: string;
}

/** One answer lists no more. */
export const mostFaults = 50;

/** The request is malformed. `faults` are all that were found, or the first of them; `more` is the number of the others. */
export class RequestInvalid extends Error implements Foreseen {
  override readonly name = "RequestInvalid";
  readonly code = "request-invalid";
  readonly faults: readonly Fault[];
  readonly more: number;
  constructor(faults: readonly Fault[], more = 0) {
    super(`the request has ${faults.length + more} fault(s)`);
    this.faults = faults;
    this.more = more;
    conceal<RequestInvalid>(this, "faults");
  }
}

type RefusalCode = "unauthenticated" | "forbidden" | "body-too-large" | "media-type-unsupported";

/** The gateway refuses the request. With `forbidden` the caller gets the message, so it must reveal nothing about others. */
export class RequestRefused extends Error implements Foreseen {
  override readonly name = "RequestRefused";
  readonly code: RefusalCode;
  /** Which part of a form is at fault. */
  readonly faults: readonly Fault[];
  constructor(code: RefusalCode, message: string, faults: readonly Fault[] = []) {
    super(message);
    this.code = code;
    this.faults = faults;
    conceal<RequestRefused>(this, "faults");
  }
}
