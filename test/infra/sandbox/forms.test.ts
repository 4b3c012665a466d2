import { expect, test } from "vitest";
import * as z from "zod";
import { createCall } from "#infra/sandbox/http/call.ts";
import { readForm } from "#infra/sandbox/http/form.ts";
import { Refusal } from "#infra/sandbox/http/refusal.ts";
import { files, formOf } from "../../forms.ts";

const rules = { mediaTypes: ["image/png", "application/pdf"], largestBytes: 1000 } as const;
const data = { startDate: "2027-01-01" };

const read = async (form: FormData, type?: string) => {
  const sent = new Response(form);
  const headers = { "content-type": type ?? sent.headers.get("content-type") ?? "" };
  return { headers, form: await readForm(headers, Buffer.from(await sent.arrayBuffer()), rules) };
};
const callWith = async (form: FormData) =>
  createCall({ params: {}, query: new URLSearchParams(), text: "", ...(await read(form)) });
const refusalOf = (reading: Promise<unknown>) =>
  reading.then(
    () => undefined,
    (error: unknown) => (error instanceof Refusal ? [error.code, error.details.reference] : error),
  );

test("passes the data of a form to a behaviour as the body, and its document", async () => {
  const call = await callWith(formOf(data, new File([files["image/png"]], "ü.png", { type: "image/png" })));

  expect(call.body(z.object({ startDate: z.string() }))).toEqual(data);
  expect(call.document()).toEqual({
    filename: "ü.png",
    mediaType: "image/png",
    bytes: new Uint8Array(files["image/png"]),
  });
});

test("reads data that was sent as a file, and no document", async () => {
  const form = new FormData();
  form.set("data", new File([JSON.stringify(data)], "data.json"));

  const call = await callWith(form);

  expect([call.values(z.object({ startDate: z.string() })), call.document()]).toEqual([data, undefined]);
});

test("refuses data that is not JSON", async () => {
  const form = new FormData();
  form.set("data", "{");
  const call = await callWith(form);

  expect(() => call.body(z.object({}))).toThrow(new Refusal("BODY_INVALID"));
});

const png = new File([files["image/png"]], "x.png", { type: "image/png" });
const twice = formOf(data, png);
twice.append("document", png);

test.each<[string, FormData, string | undefined, readonly unknown[]]>([
  ["is called JSON", formOf(data), "application/json", ["FORM_EXPECTED", undefined]],
  ["has another boundary", formOf(data), "multipart/form-data; boundary=other", ["BODY_INVALID", undefined]],
  ["has no boundary", formOf(data), "multipart/form-data", ["BODY_INVALID", undefined]],
  ["has no data", new FormData(), undefined, ["FIELD_INVALID", "data"]],
  [
    "has an empty document",
    formOf(data, new File([], "x.png", { type: "image/png" })),
    undefined,
    ["DOCUMENT_INVALID", "document"],
  ],
  [
    "has a document of another type",
    formOf(data, new File(["x"], "x.txt", { type: "text/plain" })),
    undefined,
    ["DOCUMENT_INVALID", "document"],
  ],
  ["has two documents", twice, undefined, ["DOCUMENT_INVALID", "document"]],
])("refuses a form that %s", async (_, form, type, refusal) => {
  expect(await refusalOf(read(form, type))).toEqual(refusal);
});
