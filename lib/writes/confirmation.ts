import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { escaped } from "#lib/html.ts";
import { securityHeaders } from "#lib/http/answer-headers.ts";
import { preferredType } from "#lib/http/media-type.ts";
import type { Confirm } from "#lib/http/serving.ts";
import { answerId, calendarDate } from "#lib/operations/fields.ts";
import { parseJson } from "#lib/operations/json.ts";
import type { Language } from "#lib/problems/language.ts";
import { confirmationWords } from "./confirmation-words.ts";

/** A receipt in the answer, as `receiptOf` writes it. */
const answered = z.looseObject({
  receipt: z.looseObject({
    receivedAt: z.string(),
    requestId: z.string(),
    studioId: z.string(),
    contractId: answerId,
    additionalModuleContractId: z.optional(answerId),
    requestedDate: z.optional(z.string()),
    cancelationStatus: z._default(z.string(), "NOT_YET_KNOWN"),
    cancelationDate: z.nullish(z.string()),
    withdrawalStatus: z.optional(z.string()),
    reversalDateTime: z.optional(z.string()),
  }),
});

type Receipt = z.infer<typeof answered>["receipt"];

/** What a confirmation depends on besides the receipt. */
interface Reader {
  readonly language: Language;
  /** IANA name. */
  readonly timeZone: string;
  /** The customer's id, if the request or the token has it. */
  readonly member: string | undefined;
}

interface Confirmation {
  readonly title: string;
  readonly received: string;
  /** Labels and values. */
  readonly facts: readonly (readonly [string | undefined, string])[];
  readonly next: string;
  readonly outlook: readonly string[];
}

/**
 * Answers the receipt as a text that a member can keep, if the caller prefers text/html or text/plain (sections 312k (4)
 * and 356a (4) BGB: content, date and time of receipt). It claims no more than the receipt does.
 */
export const confirm: Confirm = async (answer, { accept, language, input }, timeZoneOf) => {
  const type = preferredType(accept ?? "", ["application/json", "text/html", "text/plain"]);
  const { statusCode = 200, headers, body } = answer;
  if (type === "application/json" || statusCode >= 300 || !body) return answer;
  const receipt = answered.safeParse(parseJson(body)).data?.receipt;
  if (!receipt) return answer;
  const member = input.params["customerId"] ?? input.principal.member;
  const confirmation = confirmationOf(receipt, { language, timeZone: usable(await timeZoneOf()), member });
  const ofText = { ...headers, "content-type": `${type}; charset=utf-8`, "content-language": language };
  return type === "text/plain"
    ? { statusCode, headers: ofText, body: plain(confirmation) }
    : { statusCode, headers: { ...ofText, ...pagePolicy }, body: html(confirmation, language) };
};

/** A studio's entry may have no time zone, or one that nobody knows. UTC is right everywhere. */
const usable = (timeZone: string | undefined): string => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: timeZone ?? "UTC" }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
};

const confirmationOf = (receipt: Receipt, reader: Reader): Confirmation => {
  const words = confirmationWords[reader.language];
  const { contractId, additionalModuleContractId: module = "", requestedDate = "", withdrawalStatus } = receipt;
  const isCancelation = withdrawalStatus === undefined;
  const declaration = isCancelation
    ? words.canceling(String(contractId), String(module), dayIn(requestedDate, reader))
    : words.withdrawing(String(contractId));
  const values = [
    declaration,
    momentIn(receipt.receivedAt, reader),
    reader.member,
    receipt.studioId,
    receipt.requestId,
  ];
  return {
    title: isCancelation ? words.canceled : words.withdrawn,
    received: words.received,
    facts: values.flatMap((value, place) => (value ? [[words.labels[place], value] as const] : [])),
    next: words.next,
    outlook: [...(isCancelation ? afterCancelation : afterWithdrawal)(receipt, reader), words.keep],
  };
};

const afterCancelation = (receipt: Receipt, reader: Reader): readonly string[] => {
  const words = confirmationWords[reader.language];
  const { cancelationStatus: status, cancelationDate: date, requestedDate } = receipt;
  switch (status) {
    case "CANCELED":
      return [words.confirmed(dayIn(date ?? "", reader)), ...(date && date !== requestedDate ? [words.otherDate] : [])];
    case "PENDING_VERIFICATION":
      return [words.pending];
    case "NOT_YET_KNOWN":
      return [words.notYetKnown];
    default:
      return [words.otherStatus(status)];
  }
};

const afterWithdrawal = ({ withdrawalStatus, reversalDateTime = "" }: Receipt, reader: Reader): readonly string[] => {
  const words = confirmationWords[reader.language];
  return [withdrawalStatus === "REVERSED" ? words.reversed(momentIn(reversalDateTime, reader)) : words.notYetReversed];
};

/** A calendar date in words. What the studio's system writes in another way stays as it is. */
const dayIn = (date: string, { language }: Reader): string =>
  calendarDate.safeParse(date).success
    ? new Date(date).toLocaleDateString(confirmationWords[language].locale, { dateStyle: "long", timeZone: "UTC" })
    : date;

/** An instant to the second, with its offset from UTC. What has no offset of its own stays as it is. */
const momentIn = (instant: string, { language, timeZone }: Reader): string => {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime()) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(instant)) return instant;
  const { locale, oclock } = confirmationWords[language];
  const day = at.toLocaleDateString(locale, { dateStyle: "long", timeZone });
  const time = at.toLocaleTimeString(locale, { timeStyle: "medium", hourCycle: "h23", timeZone });
  const [offset = ""] = /GMT.*/.exec(at.toLocaleTimeString("en", { timeZoneName: "longOffset", timeZone })) ?? [];
  const zone = timeZone === "UTC" ? timeZone : `${offset.replace("GMT", "UTC")}, ${timeZone}`;
  return `${day}, ${time}${oclock} (${zone})`;
};

const plain = ({ title, received, facts, next, outlook }: Confirmation): string =>
  [title, "", received, "", ...facts.map((fact) => fact.join(": ")), "", `${next}:`, ...outlook, ""].join("\n");

const style = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}
body{max-width:40rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1,h2{line-height:1.25}
dt{font-weight:600;margin-top:.75rem}
dd{margin:0}`;

const styleHash = createHash("sha256").update(style).digest("base64");

const pagePolicy = {
  "content-security-policy": `${securityHeaders["content-security-policy"]}; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`,
};

const html = ({ title, received, facts, next, outlook }: Confirmation, language: Language): string =>
  `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${style}</style>
<main>
<h1>${title}</h1>
<p>${received}</p>
<dl>
${facts.map(([label, value]) => `<dt>${label}</dt><dd>${escaped(value)}</dd>`).join("\n")}
</dl>
<h2>${next}</h2>
${outlook.map((text) => `<p>${escaped(text)}</p>`).join("\n")}
</main>
</html>
`;
