import type { IncomingHttpHeaders } from "node:http";
import type { DocumentRules } from "#lib/operations/document.ts";
import { Refusal } from "./refusal.ts";

/** A file that came with a form, as its sender calls it. */
export interface SentDocument {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Form {
  /** The text of the part `data`. */
  readonly data: string;
  readonly document: SentDocument | undefined;
}

/** Reads a form with the parser of Node's own `fetch`, not with the gateway's. @throws Refusal */
export const readForm = async (headers: IncomingHttpHeaders, body: Buffer, rules: DocumentRules): Promise<Form> => {
  const contentType = headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) throw new Refusal("FORM_EXPECTED");
  const form = await parsed(new Uint8Array(body), contentType);
  const data = form.get("data");
  if (data === null) throw new Refusal("FIELD_INVALID", { reference: "data" });
  return { data: typeof data === "string" ? data : await data.text(), document: await documentIn(form, rules) };
};

const parsed = async (body: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> => {
  try {
    return await new Response(body, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new Refusal("BODY_INVALID");
  }
};

const documentIn = async (form: FormData, { mediaTypes }: DocumentRules): Promise<SentDocument | undefined> => {
  const [file, ...more] = form.getAll("document");
  if (file === undefined) return undefined;
  const isTaken = file instanceof File && file.size > 0 && mediaTypes.some((each) => each === file.type);
  if (!isTaken || more.length > 0) throw new Refusal("DOCUMENT_INVALID", { reference: "document" });
  return { filename: file.name, mediaType: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
};
