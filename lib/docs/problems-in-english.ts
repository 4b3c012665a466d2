import type { ProblemCode } from "#lib/problems/types.ts";

/** What developers read about a problem. Words in backticks are code; a problem's code becomes a link to it. */
interface Explanation {
  readonly happened: string;
  /** What an app can show to the member. Words in quotes are meant word for word. */
  readonly member: string;
  /** What the app does next. */
  readonly next: string;
  /** Whether the same request can be sent again without harm, and whether that helps. */
  readonly retry: string;
}

/** Every problem has an explanation in every language: otherwise this does not compile. */
export type Explanations = Readonly<Record<ProblemCode, Explanation>>;

const somethingWrong = "“Something went wrong. Please contact us and give us this number:” with `instance`.";
const later = "“This does not work at the moment. Please try again later.”";
const laterOrUnknown = `${later} With \`"outcome":"unknown"\`, show the text of \`outcome-unknown\` instead.`;
const pauses = "a second first, then twice as long each time";
const retryOfCall =
  'A read: safe. A write with an `Idempotency-Key`: safe with the same key, as it is never carried out twice. A write without a key: only if `outcome` is absent, because `"outcome":"unknown"` means that it may have been carried out.';
const waitAndRetry = "Send the same request again after the seconds in `Retry-After`, a write with the same key.";

export const inEnglish: Explanations = {
  "request-invalid": {
    happened: "The path, query, headers or body are malformed. Nothing was sent to the studio.",
    member: "Each entry of `errors` names a field. Show its `detail` next to that field.",
    next: "Correct what `errors` lists: `in` is the part of the request, and `pointer` is a JSON pointer into that part.",
    retry:
      "Safe, but it does not help: the same request gets the same answer. The corrected request may have the same key.",
  },
  unauthenticated: {
    happened: "The request has no valid token: it is missing, expired or forged.",
    member: "Nothing, if a new token helps. If the member herself signed in: “Please sign in again.”",
    next: "Get a new token and send the request again. If that is refused too, check the token endpoint and the client's id.",
    retry: "Safe with a new token: nothing was carried out. With the same token it does not help.",
  },
  forbidden: {
    happened: "The token does not allow this operation, customer, contract or studio. `detail` has the reason.",
    member: "“You cannot do this here. Please contact us and give us this number:” with `instance`.",
    next: "Compare the ids in the request and `Studio-Id` with what the token is for. The gateway's operator grants scopes and studios.",
    retry: "Safe, but it does not help until the request or the app's rights change. Nothing was carried out.",
  },
  "not-found": {
    happened:
      "No operation has this path and method. A customer or contract that does not exist is `upstream-refused` or `forbidden`.",
    member: somethingWrong,
    next: "Compare path and method with the list of operations. This is a mistake in the app.",
    retry: "Safe, but it does not help.",
  },
  "body-too-large": {
    happened:
      "The body is larger than 64 KiB, or 2 MiB for payment data. A form has a document larger than 4.5 MB. Nothing was sent to the studio.",
    member: "For a document: “This file is too large. Please choose a smaller one.”",
    next: "Send less, for example a photo of a lower resolution. For a form, `errors` names the part that is too large.",
    retry: "Safe, but it does not help without a smaller body, which may have the same key.",
  },
  "media-type-unsupported": {
    happened:
      "The body is not declared as JSON, or not as a form if the operation takes a document. Nothing was sent to the studio.",
    member: somethingWrong,
    next: "Send `content-type: application/json`, or a form. This is a mistake in the app.",
    retry: "Safe, but it does not help. The corrected request may have the same key.",
  },
  "idempotency-key-in-use": {
    happened: "The first request with this key is still in progress. This second request did nothing.",
    member: "“We are working on it. Please wait a moment.”",
    next: "Send the same request again after the seconds in `Retry-After`, with the same key. Do not make a new key.",
    retry: "Safe with the same key: it gets the answer of the first request.",
  },
  "idempotency-key-reused": {
    happened:
      "This key was used in the last 24 hours with a different body, document or studio. This request did nothing.",
    member: somethingWrong,
    next: "Make a new key for each thing that a member wants, and store it with the request. This is a mistake in the app.",
    retry:
      "Safe, but the same request gets the same answer. With a new key it is a new write, so find out first what became of the one before.",
  },
  "amendment-pending": {
    happened: "A change of the same data is already pending, so the studio's system refused another one.",
    member: "“Your studio is still checking an earlier change. You can withdraw it and then make a new one.”",
    next: "Wait for the studio's decision. Or let the member withdraw the pending change by its id in `pendingAmendmentId`, if present.",
    retry: "Safe, but it does not help before the pending change is decided or withdrawn. Use a new key then.",
  },
  "outcome-unknown": {
    happened: "The write may have been carried out. No certain answer came, and reading the data could not confirm it.",
    member: "“We do not know yet whether this worked. We are checking. Please do not send it again.”",
    next: "With `Retry-After`, send the same request with the same key after those seconds. Otherwise let a person read the data: `pendingAmendmentId`, `cancelationStatus` and `cancelationDate` are what it shows.",
    retry:
      "Safe with the same `Idempotency-Key` only: the gateway reads first and never carries out the write twice. Without a key, or with a new one, the member may get two.",
  },
  "ledger-unavailable": {
    happened: "The gateway could not record the write, so this request did not send it.",
    member: later,
    next: `${waitAndRetry} If it fails again, wait longer each time.`,
    retry:
      "Safe, and it usually helps. Keep the key if there is one: an earlier request with it may have done the write.",
  },
  "too-many-requests": {
    happened:
      "The app sent more requests to this operation than its limit allows. Nothing was sent to the studio's system.",
    member: "“Please try again in a moment.”",
    next: "Send the same request again after the seconds in `Retry-After`. `RateLimit-Policy` has the limit, and `RateLimit` what is left of it: slow down before it is used up.",
    retry: "Safe, a write with the same key. It helps after the seconds in `Retry-After`.",
  },
  "upstream-refused": {
    happened:
      "The studio's system examined the request and refused it, for example because the contract is already canceled. The status is its own, such as 400, 404 or 409.",
    member:
      "`detail`, word for word: it is the message of the studio's system, in the language that the app asked for.",
    next: "Show the message and read the data again, as it may have changed. If `errors` names a field, show the message next to it. For programs, `upstream.errorCode` names the reason.",
    retry:
      "Safe, as nothing was changed, but it rarely helps. The same key gets this answer for 24 hours, so a new try needs a new key.",
  },
  "upstream-forbidden": {
    happened: "The studio's system does not allow the gateway to read or change this data.",
    member: "“Your studio does not allow this here. Please contact your studio.”",
    next: "Tell the gateway's operator, and give the number in `instance`. Only the studio or the operator can change this.",
    retry: "Safe, but it does not help until they have. A write then needs a new key.",
  },
  "upstream-rejected-key": {
    happened: "The studio's system rejected the gateway's key. Nothing was carried out. The operator gets an alarm.",
    member: later,
    next: "Wait for the operator. A new token for the app does not help.",
    retry: "Safe, a write with the same key. It helps once the operator has corrected the key.",
  },
  "upstream-unavailable": {
    happened:
      "The studio's system failed or cannot be reached, or something in front of it answered. The gateway has already tried a read up to three times.",
    member: laterOrUnknown,
    next: `Try again a few times: ${pauses}. A write keeps its key.`,
    retry: retryOfCall,
  },
  "upstream-unintelligible": {
    happened: "The studio's system returned an invalid response.",
    member: laterOrUnknown,
    next: "Tell the operator the number in `instance`. Try again later; a write keeps its key.",
    retry: retryOfCall,
  },
  "upstream-busy": {
    happened: "The studio's system is busy.",
    member: laterOrUnknown,
    next: waitAndRetry,
    retry: retryOfCall,
  },
  "studios-unavailable": {
    happened: "The gateway cannot read its configuration, so this request did nothing.",
    member: later,
    next: `${waitAndRetry} If it fails again, wait longer each time.`,
    retry:
      "Safe, and it usually helps. Keep the key if there is one: an earlier request with it may have done the write.",
  },
  "upstream-timed-out": {
    happened: "The studio's system did not answer in time, 20 seconds at most.",
    member: laterOrUnknown,
    next: `Try again a few times: ${pauses}. A write keeps its key.`,
    retry: retryOfCall,
  },
  "internal-error": {
    happened:
      "The gateway failed, or its configuration is wrong. If a write may have been carried out, the problem is `outcome-unknown` instead.",
    member: somethingWrong,
    next: "Tell the operator the number in `instance`: it is in the gateway's log.",
    retry: "Safe, a write with the same key. It rarely helps before the operator has acted.",
  },
};
