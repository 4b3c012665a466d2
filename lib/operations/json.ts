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

/**
 * Paths of names that an object holds twice. Parsers differ on which one counts (RFC 8259, 4), and ours drops the first.
 * `text` must be what `parseJson` takes.
 */
export const doubledNames = (text: string): string[][] => {
  const open: (OpenObject | undefined)[] = []; // undefined: an array
  const doubled: string[][] = [];
  let isName = false;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    follow(open, token);
    const object = open.at(-1);
    if (isName && object && token.startsWith('"') && isDoubled(object, JSON.parse(token)))
      doubled.push(open.flatMap((each) => each?.name ?? []));
    isName = token === "{" || (token === "," && object !== undefined);
  }
  return doubled;
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

const keepInt64 = (_: string, value: unknown, { source = "" }: { source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value;
