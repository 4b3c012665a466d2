import { doubledNames, parseJson } from "#lib/operations/json.ts";
import { mostFaults } from "#lib/problems/types.ts";
import type { SentBody } from "./input.ts";

/** JSON by any of its names, which some clients send twice, in UTF-8. Other parameters have no meaning (RFC 8259, 11). */
export const isJson = (contentType = ""): boolean => contentType.split(",").every(isJsonType);

const isJsonType = (mediaType: string): boolean => {
  const [type = "", ...parameters] = mediaType.split(";").map((part) => part.trim().toLowerCase());
  const isUtf8 = parameters.every((each) => !/^charset\b/.test(each) || /^charset="?(utf-?8|us-ascii)"?$/.test(each));
  return isUtf8 && /^(application|text)\/json$|^application\/[\w.-]+\+json$/.test(type);
};

/** A body as its bytes say. */
export const bodyIn = (bytes: Buffer): SentBody => ({
  isAbsent: bytes.length === 0,
  isNothing: saysNothing(bytes.toString("utf8")),
  parse: () => parse(bytes),
});

/** Whether a body holds no data. Some clients send such a body because they cannot leave it out. */
export const saysNothing = (text: string): boolean => ["", "{}", "[]", "null", '""'].includes(text.replace(/\s/g, ""));

const parse = (bytes: Buffer) => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { value: parseJson(text), doubled: doubledNames(text, mostFaults) };
  } catch {
    return undefined; // reported as a fault; the parser's message would quote the body
  }
};
