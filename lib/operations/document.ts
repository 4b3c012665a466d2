/** The types of file that a document may have, with the ending of a file's name. */
const endings = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "application/pdf": "pdf",
  "image/heic": "heic",
} as const;

export type MediaType = keyof typeof endings;

/** What an operation takes as the part `document` of its form. */
export interface DocumentRules {
  readonly mediaTypes: readonly MediaType[];
  readonly largestBytes: number;
}

/** A file that belongs to a request. */
export interface Document {
  /** As the caller named it. It may say something about a member: only the upstream gets it. */
  readonly filename: string;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
}

/**
 * In bytes. Lambda takes an event of 6 MiB, in which API Gateway writes a form in base64. With 64 KiB for the rest of the
 * event, a form may have (6 MiB - 64 KiB) * 3/4 = 4,669,440 bytes: this document, 64 KiB of data, and the form's own lines.
 */
export const largestDocument = 4_500_000;

/** The name of a document that came without one: the upstream may know a file only by its name. */
export const usualFilename = (mediaType: MediaType): string => `document.${endings[mediaType]}`;

/** The type of a file by its first bytes, whatever its name or its sender says. Undefined: none of those above. */
export const mediaTypeOf = (bytes: Uint8Array): MediaType | undefined => {
  const start = textOf(bytes, 0, 8);
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start === "\x89PNG\r\n\x1a\n") return "image/png";
  if (start.startsWith("%PDF-")) return "application/pdf";
  return isHeic(bytes) ? "image/heic" : undefined;
};

/** The brands of HEIF files (ISO/IEC 23008-12, annex B) whose pictures are coded in HEVC. */
const heicBrands = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];

/** Of the first box, as its brands are among a file's first bytes. */
const mostBrandBytes = 256;

/** An iPhone's picture: a box `ftyp` with its size before it, and its brands after that (ISO/IEC 14496-12, 4.3). */
const isHeic = (bytes: Uint8Array): boolean => {
  if (textOf(bytes, 4, 8) !== "ftyp") return false;
  const [, , third = 0, fourth = 0] = bytes;
  const brands = textOf(bytes, 8, Math.min(third * 256 + fourth, mostBrandBytes)).match(/.{4}/gs) ?? [];
  return brands.some((brand) => heicBrands.includes(brand));
};

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));
