declare global {
  interface JSON {
    rawJSON(text: string): unknown;
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  }
}

/**
 * Parses JSON without bending int64: a whole number beyond 2^53 - 1 becomes a bigint.
 * @throws SyntaxError where the text is no JSON or nests too deeply.
 */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text, keepInt64);
  } catch (cause) {
    throw new SyntaxError("not JSON", { cause });
  }
};

/** Writes what `parseJson` read; a bigint becomes a plain JSON number again. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === "bigint" ? JSON.rawJSON(String(item)) : item));

const keepInt64 = (_: string, value: unknown, { source = "" }: { source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;
