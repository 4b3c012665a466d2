import { MIMEType } from "node:util";
import { Dicer } from "@fastify/busboy";

/** A part of a form, as its headers name it. */
export interface FormPart {
  /** Undefined: the part has no name, or is not of a form at all. */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** Parses multipart/form-data (RFC 7578). Undefined: it is not complete, or has more parts than any form of ours. */
export type ParseForm = (bytes: Buffer, boundary: string) => Promise<readonly FormPart[] | undefined>;

/** Each part costs time, and a body has room for 50,000. */
const mostParts = 20;

class TooManyParts extends Error {
  override readonly name = "TooManyParts";
}

type Headers = Readonly<Record<string, readonly string[]>>;

/** Only the Lambdas that take forms load this. */
export const parseForm: ParseForm = async (bytes, boundary) => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const dicer = new Dicer({ boundary });
  const parts: { headers: Headers; readonly chunks: Buffer[] }[] = [];
  dicer.on("part", (stream) => {
    if (parts.length === mostParts) throw new TooManyParts();
    const part: (typeof parts)[number] = { headers: {}, chunks: [] };
    parts.push(part);
    stream.on("header", (headers: object) => {
      part.headers = headers as Headers;
    });
    stream.on("data", (chunk: Buffer) => part.chunks.push(chunk));
    stream.on("error", () => resolve(false));
  });
  dicer.on("error", () => resolve(false));
  dicer.on("finish", () => resolve(true));
  try {
    dicer.end(bytes);
  } catch (error) {
    if (error instanceof TooManyParts) return undefined;
    throw error;
  }
  return (await promise) ? parts.map(partOf) : undefined;
};

const partOf = ({ headers, chunks }: { headers: Headers; chunks: readonly Buffer[] }): FormPart => {
  const [disposition, ...others] = headers["content-disposition"] ?? [];
  const params = others.length === 0 ? dispositionIn(disposition) : undefined;
  const text = (name: string) => {
    const value = params?.get(name) ?? undefined;
    return value === undefined ? undefined : Buffer.from(value, "latin1").toString("utf8");
  };
  const [first = Buffer.alloc(0)] = chunks;
  return {
    name: text("name"),
    filename: text("filename"),
    contentType: headers["content-type"]?.join(","),
    bytes: chunks.length > 1 ? Buffer.concat(chunks) : first,
  };
};

/**
 * In characters: enough for the longest file name in two spellings. To read the parameters takes the square of the time of
 * their length, because of spaces.
 */
const longestDisposition = 4_096;

/** The parameters of `form-data`: they are written as those of a media type. */
const dispositionIn = (disposition = ""): MIMEType["params"] | undefined => {
  if (disposition.length > longestDisposition) return undefined;
  try {
    const { subtype, params } = new MIMEType(`disposition/${disposition}`);
    return subtype === "form-data" ? params : undefined;
  } catch {
    return undefined; // malformed: the part has no name
  }
};
