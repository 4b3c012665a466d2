import { writeJson } from "#lib/operations/json.ts";
import type { Operation } from "#lib/operations/operation.ts";
import type { Sent } from "./given.ts";
import type { Seen } from "./upstream.ts";

/** The beginnings of files, and the types that they have. */
export const files = {
  "image/jpeg": Buffer.from("ffd8ffe000104a46494600", "hex"),
  "image/png": Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  "application/pdf": Buffer.from("%PDF-1.7\n1 0 obj\n"),
  "image/heic": Buffer.from("\0\0\0\x18ftypmif1\0\0\0\0mif1heic\0\0\0\0mdat", "latin1"),
};

/** Bytes as the body of a request, as API Gateway hands them to a Lambda. */
export const sentBytes = (bytes: Buffer, contentType: string): Sent => ({
  headers: { "content-type": contentType },
  event: { body: bytes.toString("base64"), isBase64Encoded: true },
});

/** The same of a form, as `fetch` writes it. */
export const sentForm = async (form: FormData): Promise<Sent> => {
  const { headers, bytes } = await written(form);
  return sentBytes(bytes, headers.get("content-type") ?? "");
};

const written = async (form: FormData) => {
  const response = new Response(form);
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
};

/** A form with this data, and the file if there is one. */
export const formOf = (data: unknown, file?: File): FormData => {
  const form = new FormData();
  form.set("data", writeJson(data));
  if (file) form.set("document", file);
  return form;
};

/** What reached the upstream, read as Node's own `fetch` reads a form. */
export const formIn = async ({ headers, bytes }: Seen) => {
  const response = new Response(new Uint8Array(bytes), { headers: { "content-type": headers["content-type"] ?? "" } });
  const form = await response.formData();
  const document = form.get("document");
  return {
    names: [...form.keys()],
    data: form.get("data"),
    ...(document instanceof File && {
      filename: document.name,
      mediaType: document.type,
      bytes: Buffer.from(await document.arrayBuffer()),
    }),
  };
};

/** A request's body as the operation takes it: JSON, or a form with this JSON. Without a body it is empty. */
export const bodyFor = (
  operation: Pick<Operation, "document">,
  body: unknown,
  file?: File,
): { headers?: Record<string, string>; body?: string | FormData } => {
  if (body === undefined) return {};
  if (operation.document) return { body: formOf(body, file) };
  return { headers: { "content-type": "application/json" }, body: writeJson(body) };
};

/** What reached the upstream as the operation's JSON. */
export const jsonIn = async (operation: Pick<Operation, "document">, seen: Seen): Promise<string> =>
  operation.document ? String((await formIn(seen)).data) : seen.body;
