const quotedString = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const bareWord = /^[\x21\x23-\x2b\x2d-\x7e]+$/;

/** In characters. A date or a member's number is easy to guess. A UUID has 36 characters and 122 random bits. */
export const keyLength = { least: 16, most: 255 };

/** In characters: a key of the greatest length, with each character escaped, and two quotes. */
const longestHeader = 2 * keyLength.most + 2;

/**
 * The key in an Idempotency-Key header: a structured field string (RFC 9651, 3.3.3) or the bare characters of one
 * without quote, comma and space. `"abc"` and `abc` are the same key. Undefined: malformed,
 * or not of `keyLength`.
 */
export const parseIdempotencyKey = (header: string): string | undefined => {
  if (header.length > longestHeader) return undefined;
  const [, quoted] = quotedString.exec(header) ?? [];
  const key = quoted?.replace(/\\(["\\])/g, "$1") ?? bareWord.exec(header)?.[0] ?? "";
  return key.length >= keyLength.least && key.length <= keyLength.most ? key : undefined;
};
