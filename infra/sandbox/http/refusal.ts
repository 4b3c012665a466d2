import type { Language } from "./language.ts";

const refusals = {
  API_KEY_INVALID: {
    status: 401,
    en: "The API key is missing or wrong",
    de: "Der API-Schlüssel fehlt oder ist falsch",
  },
  SCOPE_MISSING: { status: 403, en: "The API key lacks the scope", de: "Dem API-Schlüssel fehlt die Berechtigung" },
  PATH_UNKNOWN: { status: 404, en: "There is nothing at this path", de: "Unter diesem Pfad gibt es nichts" },
  HOST_UNKNOWN: { status: 421, en: "Use localhost as the host name", de: "Bitte an localhost wenden" },
  CUSTOMER_UNKNOWN: { status: 404, en: "There is no such customer", de: "Diese Person gibt es nicht" },
  CONTRACT_UNKNOWN: { status: 404, en: "There is no such contract", de: "Diesen Vertrag gibt es nicht" },
  MODULE_CONTRACT_UNKNOWN: {
    status: 404,
    en: "The contract has no such add-on",
    de: "Dieses Zusatzmodul hat der Vertrag nicht",
  },
  IDLE_PERIOD_UNKNOWN: { status: 404, en: "There is no such pause", de: "Diese Pause gibt es nicht" },
  AMENDMENT_UNKNOWN: { status: 404, en: "There is no such amendment", de: "Diese Änderung gibt es nicht" },
  METHOD_NOT_ALLOWED: {
    status: 405,
    en: "This path does not support the method",
    de: "Diese Methode gibt es unter dem Pfad nicht",
  },
  FIELD_INVALID: { status: 400, en: "A field is missing or not valid", de: "Ein Feld fehlt oder ist ungültig" },
  BODY_INVALID: { status: 400, en: "The body is not the expected JSON", de: "Der Inhalt ist nicht das erwartete JSON" },
  BODY_TOO_LARGE: { status: 413, en: "The body is larger than 5 MB", de: "Der Inhalt ist größer als 5 MB" },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, en: "Send application/json", de: "Bitte application/json senden" },
  FORM_EXPECTED: { status: 415, en: "Send multipart/form-data", de: "Bitte multipart/form-data senden" },
  DOCUMENT_INVALID: {
    status: 400,
    en: "The document must be one file of an accepted type",
    de: "Das Dokument muss eine Datei eines zulässigen Typs sein",
  },
  DATE_NOT_AVAILABLE: {
    status: 400,
    en: "The contract cannot be canceled for this date",
    de: "Zu diesem Datum ist der Vertrag nicht kündbar",
  },
  REASON_UNKNOWN: { status: 400, en: "There is no such reason", de: "Diesen Grund gibt es nicht" },
  CONTRACT_NOT_ACTIVE: { status: 409, en: "The contract has ended", de: "Der Vertrag ist beendet" },
  ALREADY_CANCELED: { status: 409, en: "The contract is already canceled", de: "Der Vertrag ist schon gekündigt" },
  NOTHING_TO_WITHDRAW: {
    status: 409,
    en: "There is no cancelation to withdraw",
    de: "Es gibt keine Kündigung, die zurückgenommen werden kann",
  },
  ADDITIONAL_MODULE_NOT_FOUND: { status: 404, en: "There is no such add-on", de: "Dieses Zusatzmodul gibt es nicht" },
  ADDITIONAL_MODULE_NOT_ONLINE_PURCHASABLE: {
    status: 400,
    en: "This add-on is sold at the desk only",
    de: "Dieses Zusatzmodul gibt es nur im Studio",
  },
  ADDITIONAL_MODULE_CONTRACT_INVALID_STATUS: {
    status: 409,
    en: "The contract takes no add-ons",
    de: "Der Vertrag lässt keine Zusatzmodule zu",
  },
  ADDITIONAL_MODULE_CONTRACT_ALREADY_PURCHASED: {
    status: 409,
    en: "The contract already has this add-on",
    de: "Dieses Zusatzmodul hat der Vertrag schon",
  },
  ADDITIONAL_MODULE_TRIAL_PERIOD_NOT_BOOKABLE: {
    status: 400,
    en: "This add-on has no trial period",
    de: "Dieses Zusatzmodul hat keine Probezeit",
  },
  WITHDRAWAL_NOT_POSSIBLE: {
    status: 409,
    en: "The contract can no longer be withdrawn from",
    de: "Der Vertrag kann nicht mehr widerrufen werden",
  },
  ALREADY_WITHDRAWN: { status: 409, en: "The contract is already withdrawn", de: "Der Vertrag ist schon widerrufen" },
  IDLE_PERIOD_REFUSED: {
    status: 400,
    en: "The contract cannot be paused in this way",
    de: "So kann der Vertrag nicht pausiert werden",
  },
  IDLE_PERIOD_OVERLAPPING: {
    status: 400,
    en: "The contract is already paused in this time",
    de: "In dieser Zeit ist der Vertrag schon pausiert",
  },
  IDLE_PERIOD_PENDING: {
    status: 409,
    en: "The studio has yet to decide on an earlier pause",
    de: "Das Studio muss erst über eine frühere Pause entscheiden",
  },
  IDLE_PERIOD_OVER: { status: 409, en: "The pause is over", de: "Die Pause ist vorbei" },
  DOCUMENT_MISSING: { status: 400, en: "A document is required", de: "Ein Nachweis ist nötig" },
  CHANGE_NOT_ALLOWED: { status: 400, en: "This data cannot be changed", de: "Diese Daten sind nicht änderbar" },
  SIGNATURE_MISSING: { status: 400, en: "A signature is required", de: "Eine Unterschrift ist nötig" },
  AMENDMENT_PENDING: { status: 409, en: "A change is already pending", de: "Eine Änderung ist schon beantragt" },
  AMENDMENT_APPLIED: { status: 409, en: "The change has been applied", de: "Die Änderung ist schon übernommen" },
  RATE_LIMIT_EXCEEDED: { status: 429, en: "Too many requests", de: "Zu viele Anfragen" },
  UNEXPECTED: { status: 500, en: "An unexpected error occurred", de: "Ein unerwarteter Fehler ist aufgetreten" },
  OVERLOADED: { status: 503, en: "The service is overloaded", de: "Der Dienst ist überlastet" },
} as const satisfies Record<string, { status: number } & Record<Language, string>>;

export type ErrorCode = keyof typeof refusals;

export interface RefusalDetails {
  /** Dotted path of the offending field. */
  readonly reference?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that the upstream would not carry out; becomes its error body. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly details: RefusalDetails;

  constructor(code: ErrorCode, details: RefusalDetails = {}) {
    super(refusals[code].en);
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return refusals[this.code].status;
  }

  /** The upstream's error body. `args` is deprecated there, and always empty here. */
  body(language: Language, traceId: string) {
    const errorMessage = refusals[this.code][language];
    return { errorMessage, errorCode: this.code, traceId, reference: this.details.reference, args: [], typedArgs: [] };
  }
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(refusals, code);

/** The code that goes with a status, for answers that are forced rather than earned. */
export const errorCodeOf = (status: number): ErrorCode =>
  Object.keys(refusals)
    .filter(isErrorCode)
    .find((code) => refusals[code].status === status) ?? "UNEXPECTED";
