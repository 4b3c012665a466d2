import { type Document, type DocumentRules, mediaTypeOf, usualFilename } from "#lib/operations/document.ts";
import { checkSize, invalid, type Part, valid } from "./input.ts";

interface SentFile {
  readonly filename?: string | undefined;
  readonly bytes: Uint8Array;
}

const longestFilename = 255;

/** A file of a request, if there is one. What its sender says of its type does not count: its first bytes do. @throws RequestRefused if it is too large */
export const readDocument = (rules: DocumentRules, sent: SentFile | undefined): Part<Document | undefined> => {
  if (!sent) return valid(undefined);
  const { bytes, filename = "" } = sent;
  checkSize(rules.largestBytes, bytes.length, "/document");
  const mediaType = rules.mediaTypes.find((each) => each === mediaTypeOf(bytes));
  const wrong = (detail: string) => invalid({ in: "body", pointer: "/document", detail });
  if (bytes.length === 0) return wrong("must not be empty");
  if (!mediaType) return wrong(`must be a file of one of these types: ${rules.mediaTypes.join(", ")}`);
  if (filename.length > longestFilename) return wrong(`must have a file name of at most ${longestFilename} characters`);
  return valid({ bytes, mediaType, filename: filename || usualFilename(mediaType) });
};
