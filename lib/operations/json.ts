import * as z from "zod/mini";

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/** A number beyond 2^53 - 1 has so many digits or more. Only then use a reviver: it makes parsing 20 times slower. */
const longNumber = /\d{16}/;

/**
 * Parses JSON and keeps int64 exact: a whole number beyond 2^53 - 1 becomes a bigint, if it has at most 40 digits.
 * @throws SyntaxError if the text is not JSON or nests too deeply.
 */
export const parseJson = (text: string): unknown => {
  try {
    return longNumber.test(text) ? JSON.parse(text, keepInt64) : JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError("not JSON", { cause });
  }
};

/** Parses JSON so that `JSON.stringify` writes each int64 with the same digits. @throws SyntaxError, as `JSON.parse` */
export const parseDigits = (text: string): unknown =>
  longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);

/** Writes what `parseJson` read. A bigint becomes a JSON number again. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === "bigint" ? JSON.rawJSON(String(item)) : item));

/** A JSON pointer (RFC 6901). It is empty for the whole document. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** The text, shortened so that it takes at most `mostBytes` bytes in JSON, with escapes and quotes. */
export const shortened = (text: string, mostBytes: number): string => {
  const bytesOf = (part: string) => Buffer.byteLength(JSON.stringify(part));
  // Each character takes a byte or more, so a text of more characters is too long: no need to measure it.
  if (text.length <= mostBytes && bytesOf(text) <= mostBytes) return text;
  let kept = "";
  let bytes = bytesOf("…");
  for (const character of text) {
    bytes += bytesOf(character) - 2;
    if (bytes > mostBytes) break;
    kept += character;
  }
  return `${kept}…`;
};

/** A string is one token. An expression that matches it character by character would need memory for each of them. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/**
 * Paths of names that an object has twice: the first `most` of them, and how many `more` there are. Parsers differ on
 * which one counts (RFC 8259, 4). Ours drops the first. `text` must be JSON that `parseJson` reads.
 */
export const doubledNames = (text: string, most: number): { readonly paths: string[][]; readonly more: number } => {
  const open: (OpenObject | undefined)[] = []; // undefined: an array
  const paths: string[][] = [];
  let more = 0;
  let isName = false;
  for (const [token] of text.matchAll(tokens)) {
    follow(open, token);
    const object = open.at(-1);
    if (isName && object && token.startsWith('"') && isDoubled(object, JSON.parse(token))) {
      if (paths.length < most) paths.push(open.flatMap((each) => each?.name ?? []));
      else more++;
    }
    isName = token === "{" || (token === "," && object !== undefined);
  }
  return { paths, more };
};

interface OpenObject {
  readonly names: Set<string>;
  /** The latest. */
  name: string;
}

const follow = (open: (OpenObject | undefined)[], token: string): void => {
  if (token === "{") open.push({ names: new Set(), name: "" });
  else if (token === "[") open.push(undefined);
  else if (token === "}" || token === "]") open.pop();
};

const isDoubled = (object: OpenObject, name: string): boolean => {
  const isKnown = object.names.has(name);
  object.names.add(name);
  object.name = name;
  return isKnown;
};

const keepDigits = (_: string, value: unknown, { source = "" }: { source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? JSON.rawJSON(source) : value;

const keepInt64 = (_: string, value: unknown, { source = "" }: { source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d{16,40}$/.test(source) ? BigInt(source) : value;

/** A text of JSON, as queues and tables have it. */
export const jsonText = z.pipe(
  z.string(),
  z.transform((text: string, { issues }): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      issues.push({ code: "custom", message: "not JSON", input: text });
      return z.NEVER;
    }
  }),
);
