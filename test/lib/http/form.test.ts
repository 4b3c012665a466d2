import { createHash, randomBytes, randomUUID } from "node:crypto";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { credentials } from "#infra/local/dynamodb.ts";
import { largestDocument } from "#lib/operations/document.ts";
import { bodyId, customerId, wantedDate } from "#lib/operations/fields.ts";
import { writeOperation } from "#lib/operations/operation.ts";
import { files, formIn, formOf, sentBytes, sentForm } from "../../forms.ts";
import { aFunction, contextOf, hideLog, type Sent, theLog } from "../../given.ts";

const mediaTypes = ["image/jpeg", "image/png", "application/pdf", "image/heic"] as const;
const operation = writeOperation({
  id: "createPauseOfTests",
  summary: "Takes a form",
  method: "POST",
  path: "/v1/customers/{customerId}/pauses",
  scope: "membership.write",
  params: z.object({ customerId }),
  body: z.strictObject({ startDate: wantedDate, reasonId: bodyId }),
  document: { mediaTypes, largestBytes: largestDocument },
  answer: z.looseObject({ id: bodyId }),
  write: { event: "CustomerDataAmended", eventIds: () => ({}) },
});
const load = async () => {
  const [{ serveWrite }, { forms }] = await Promise.all([
    import("#lib/writes/serve-write.ts"),
    import("#lib/wiring/forms.ts"),
  ]);
  return { handler: serveWrite(operation, forms) };
};
const { upstream, send, secrets, table } = await aFunction(operation, load);
const { handler } = await load();

const data = { startDate: "2027-01-01", reasonId: 7 };
const json = JSON.stringify(data);
const params = { customerId: "1000" };
const pdf = new File([files["application/pdf"]], "Attest für Kim.pdf", { type: "application/pdf" });
const answerTo = (sent: Sent) => send({ params, ...sent, headers: { ...sent.headers } });
const post = async (form: FormData, key: string = randomUUID()) => {
  const sent = await sentForm(form);
  return answerTo({ ...sent, headers: { ...sent.headers, "idempotency-key": key } });
};

/** A form by hand, of the text of its parts. */
const raw = (...parts: readonly string[]) =>
  Buffer.from(`${parts.map((part) => `--b\r\n${part}\r\n`).join("")}--b--\r\n`, "latin1");
const multipart = (...parts: readonly string[]) => sentBytes(raw(...parts), "multipart/form-data; boundary=b");
const dataPart = `Content-Disposition: form-data; name="data"\r\n\r\n${json}`;
const partOf = (name: string, content: string | Buffer, filename = "x") =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\n\r\n${content.toString("latin1")}`;
const png = files["image/png"].toString("latin1");

hideLog();
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.answerAlways({ body: '{"id":1}' });
});

const reached = async () => {
  expect(upstream.requests).toHaveLength(1);
  const [seen] = upstream.requests;
  if (!seen) throw new TypeError("nothing reached the upstream");
  return { ...(await formIn(seen)), text: seen.bytes.toString("latin1"), headers: seen.headers };
};

describe("a form reaches the upstream", () => {
  test("with its data first, as JSON without a file's name", async () => {
    expect((await post(formOf(data))).text).toBe('{"id":1}');
    const { names, data: sent, text, headers } = await reached();
    expect([names, sent]).toEqual([["data"], json]);
    expect(text).toContain('Content-Disposition: form-data; name="data"\r\nContent-Type: application/json\r\n\r\n{');
    expect(headers["content-length"]).toBe(String(text.length));
    expect(headers["transfer-encoding"]).toBeUndefined();
  });

  test.each(mediaTypes)(
    "with a document of type %s, byte for byte, whatever its sender calls it",
    async (mediaType) => {
      const bytes = Buffer.concat([files[mediaType], randomBytes(100_000), Buffer.from("\r\n--\r\n\r\n--b--\r\n")]);
      const form = formOf(data, new File([bytes], 'Kims "Attest" ü.bin', { type: "text/html" }));
      expect((await post(form)).status).toBe(200);
      const sent = await reached();
      expect(sent).toMatchObject({ names: ["data", "document"], data: json, mediaType });
      expect(sent.filename).toBe('Kims "Attest" ü.bin');
      expect(sent.bytes?.equals(bytes)).toBe(true);
    },
  );

  test.each<[string, Sent]>([
    ["without a blank in its header", multipart(dataPart.replace("; ", ";"))],
    ["with a file's name and a content type", multipart(`Content-Type: application/json\r\n${partOf("data", json)}`)],
    ["with headers in other cases", multipart(dataPart.replace("Content-Disposition", "content-disposition"))],
    ["with a boundary in quotes", sentBytes(raw(dataPart), 'Multipart/Form-Data; charset=utf-8; boundary="b"')],
    [
      "between a preamble and an epilogue",
      sentBytes(Buffer.from(`hello\r\n${raw(dataPart)}bye`), "multipart/form-data; boundary=b"),
    ],
  ])("whose data came %s", async (_, sent) => {
    expect((await answerTo(sent)).status).toBe(200);
    expect(await reached()).toMatchObject({ names: ["data"], data: json });
  });

  test("whose document came first, without a name", async () => {
    expect((await answerTo(multipart(partOf("document", png).replace('; filename="x"', ""), dataPart))).status).toBe(
      200,
    );
    expect(await reached()).toMatchObject({ names: ["data", "document"], filename: "document.png" });
  });

  test("in full when the studio's key was renewed", async () => {
    const studio = { baseUrl: upstream.url, apiKey: "key-of-tests" };
    secrets.set("studios", JSON.stringify({ "studio-of-tests": { ...studio, apiKey: "renewed" } }));
    upstream.answerNext({ status: 401, body: '{"errorMessage":"no"}' });
    expect((await post(formOf(data, pdf))).status).toBe(200);
    const sent = await Promise.all(upstream.requests.map(formIn));
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    secrets.set("studios", JSON.stringify({ "studio-of-tests": studio }));
  });
});

describe("a form is refused by the name of its part", () => {
  const nested = `Content-Type: multipart/mixed; boundary=c\r\n${partOf("document", "--c\r\n\r\nx\r\n--c--")}`;
  test.each<[string, Sent, readonly string[]]>([
    ["no data", multipart(partOf("document", png)), ["/data"]],
    ["no part", sentBytes(Buffer.from("--b--\r\n"), "multipart/form-data; boundary=b"), ["/data"]],
    ["no body", { event: {} }, ["/data"]],
    ["data twice", multipart(dataPart, dataPart), ["/data"]],
    ["data that is no JSON", multipart(partOf("data", "{")), ["/data"]],
    ["data that is null", multipart(partOf("data", "null")), ["/data"]],
    ["data that is called something else", multipart(`Content-Type: text/xml\r\n${dataPart}`), ["/data"]],
    ["a field twice", multipart(partOf("data", `{"reasonId":1,${json.slice(1)}`)), ["/data/reasonId"]],
    ["an empty document", multipart(dataPart, partOf("document", "")), ["/document"]],
    ["a document that is a page", multipart(dataPart, partOf("document", "<html>")), ["/document"]],
    ["a document that is another film", multipart(dataPart, partOf("document", "\0\0\0\x10ftypavif")), ["/document"]],
    ["a nested form", multipart(dataPart, nested), ["/document"]],
    ["two documents", multipart(dataPart, partOf("document", png), partOf("document", png)), ["/document"]],
    ["a long file name", multipart(dataPart, partOf("document", png, "x".repeat(256))), ["/document"]],
    ["an unknown part", multipart(dataPart, partOf("a/b", "x")), ["/a~1b"]],
    ["a part without a name", multipart(dataPart, "Content-Disposition: form-data\r\n\r\nx"), [""]],
    ["a part of no form", multipart(dataPart, 'Content-Disposition: inline; name="data"\r\n\r\nx'), [""]],
    ["a part without a header", multipart(dataPart, "\r\nx"), [""]],
    ["a part without an end of its header", multipart(dataPart, "x"), [""]],
    ["21 parts", multipart(...Array.from({ length: 21 }, () => dataPart)), [""]],
    ["no end", sentBytes(raw(dataPart).subarray(0, -6), "multipart/form-data; boundary=b"), [""]],
    ["another boundary", sentBytes(raw(dataPart), "multipart/form-data; boundary=c"), [""]],
    ["no boundary", sentBytes(raw(dataPart), "multipart/form-data"), ["/content-type"]],
    ["a boundary that none may be", sentBytes(raw(dataPart), 'multipart/form-data; boundary="b "'), ["/content-type"]],
    [
      "everything at once",
      multipart(partOf("data", '{"startDate":"soon","surprise":1}'), partOf("document", "x"), partOf("more", "x")),
      ["/data/startDate", "/data/reasonId", "/data/surprise", "/document", "/more"],
    ],
  ])("%s", async (_, sent, pointers) => {
    expect(await answerTo(sent)).toBeProblem(400, { code: "request-invalid", pointers });
    expect(upstream.requests).toEqual([]);
  });

  test("quickly, whatever spaces stand before its name", async () => {
    const spaced = dataPart.replace("; ", `;${" ".repeat(75_000)}`);
    const startedAt = performance.now();
    const answer = await answerTo(multipart(spaced, spaced, spaced));
    expect(answer).toBeProblem(400, { pointers: ["/data", "", "", ""] });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test.each(["application/json", "application/x-www-form-urlencoded", "multipart/mixed; boundary=b", "nonsense", ""])(
    "unless it is called %j: then it is none",
    async (contentType) => {
      expect(await answerTo(sentBytes(raw(dataPart), contentType))).toBeProblem(415, {
        code: "media-type-unsupported",
      });
      expect(upstream.requests).toEqual([]);
    },
  );

  test("and neither its names nor its file's name reach the log", async () => {
    const lines = theLog();
    await answerTo(multipart(dataPart, partOf("Kim", "x", "Attest")));
    await post(formOf(data, pdf));
    expect(lines.length).toBeGreaterThan(1);
    expect(JSON.stringify(lines)).not.toMatch(/Kim|Attest/);
  });
});

describe("a document may have", () => {
  const fileOf = (size: number) => new File([files["application/pdf"], new Uint8Array(size - 17)], "x.pdf");

  test("4.5 MB beside 64 KiB of data: such an event reaches a Lambda, which takes 6 MiB", async () => {
    const form = formOf(data, fileOf(largestDocument));
    form.set("data", json.replace("{", `{${" ".repeat(65_536 - json.length)}`));
    expect((await post(form)).status).toBe(200);
    expect((await reached()).bytes).toHaveLength(largestDocument);
    const { event } = await sentForm(form);
    expect(JSON.stringify(event).length).toBeLessThan((6 * 1024 - 64) * 1024);
  });

  test("no byte more", async () => {
    for (const size of [largestDocument + 1, 9_000_000])
      expect(await post(formOf(data, fileOf(size)))).toBeProblem(413, {
        code: "body-too-large",
        pointers: ["/document"],
      });
    const long = multipart(partOf("data", `"${"x".repeat(65_535)}"`), partOf("document", png));
    expect(await answerTo(long)).toBeProblem(413, { code: "body-too-large", pointers: ["/data"] });
    expect(upstream.requests).toEqual([]);
  });
});

describe("a key belongs to data and document together:", () => {
  test("the same in another form, under another name, is a repeat", async () => {
    const key = randomUUID();
    const first = await post(formOf(data, pdf), key);
    const second = await post(formOf(data, new File([pdf], "again.pdf")), key);
    expect([second.text, second.headers["idempotent-replayed"]]).toEqual([first.text, "true"]);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each<[string, FormData]>([
    ["another document", formOf(data, new File([pdf, "x"], pdf.name))],
    ["no document", formOf(data)],
    ["other data", formOf({ ...data, reasonId: 8 }, pdf)],
  ])("%s is another write", async (_, other) => {
    const key = randomUUID();
    await post(formOf(data, pdf), key);
    expect(await post(other, key)).toBeProblem(422, { code: "idempotency-key-reused" });
    expect(upstream.requests).toHaveLength(1);
  });
});

test("the table has neither a document, nor its name, nor a hash of it that needs no key", async () => {
  const endpoint = table.url;
  const client = new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
  await post(formOf(data, pdf));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: "WritesTable" }));
  const bytes = Buffer.concat(
    Items.flatMap((item) => Object.values(item).map(({ S, N, B }) => Buffer.from(B ?? S ?? N ?? ""))),
  );
  expect(Items.length).toBeGreaterThan(0);
  const hashes = ["sha256", "sha1", "md5"].map((name) => createHash(name).update(files["application/pdf"]).digest());
  for (const secret of [files["application/pdf"], "Attest", ...hashes]) expect(bytes.includes(secret)).toBe(false);
});

describe("a job of the gym's own sends a document in base64,", () => {
  const base64 = files["image/png"].toString("base64");
  const invoke = (document: unknown, more = {}) =>
    handler(
      { invoke: { studioId: "studio-of-tests", params, body: data, document, ...more } },
      { ...contextOf({}), awsRequestId: randomUUID() },
    );

  test("which reaches the upstream as a form", async () => {
    expect(await invoke({ filename: "x.png", base64 })).toMatchObject({ status: 200, body: { id: 1 } });
    const { bytes, ...sent } = await reached();
    expect(sent).toMatchObject({ data: json, filename: "x.png", mediaType: "image/png" });
    expect(bytes?.equals(files["image/png"])).toBe(true);
  });

  test("or none", async () => {
    expect(await invoke(undefined)).toMatchObject({ status: 200 });
    expect(await reached()).toMatchObject({ names: ["data"], data: json });
  });

  test.each(["%", "QQ", "QUI-", "QUJD\n", "Q===", "", "QUJD"])("not %j", async (text) => {
    expect(await invoke({ base64: text })).toMatchObject({ status: 400, body: { errors: [{ pointer: "/document" }] } });
  });

  test("and its faults are named as a form's", async () => {
    const given = await invoke({ base64: "QUJD" }, { body: { startDate: "soon", reasonId: 1 } });
    expect(given).toMatchObject({ body: { errors: [{ pointer: "/data/startDate" }, { pointer: "/document" }] } });
  });

  test("in fields that are named where they are wrong", async () => {
    await expect(invoke({ filename: 1, bytes: "Kim" })).rejects.toThrow(
      /invoke\.document\.filename must be of type string.*invoke\.document\.base64 is required.*1 unknown/,
    );
  });
});

/** All runs together stay below what a partner may send in a window. */
const numRuns = 300;

describe("whatever bytes come,", () => {
  const whole = raw(dataPart, partOf("document", `${png}\r\n--\r\n--x\r\n\r\n`));
  const isHandled = async (bytes: Buffer, contentType: string) => {
    upstream.requests.length = 0;
    const { status } = await answerTo(sentBytes(bytes, contentType));
    if (status !== 200) expect({ status, requests: upstream.requests }).toMatchObject({ requests: [] });
    expect([200, 400, 413, 415]).toContain(status);
    if (status === 200) expect(JSON.parse(String((await reached()).data))).toEqual(data);
  };

  test("the answer is a problem or the form is sent", async () => {
    const piece = fc.oneof(
      fc.constantFrom("--b", "\r\n", "--b--", "\r\n--b\r\n", "\r\n\r\n", dataPart, partOf("document", png), ":", '"'),
      fc.string({ unit: "binary", maxLength: 9 }),
    );
    const bytes = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(""), "latin1"));
    const contentType = fc.constantFrom(
      "multipart/form-data; boundary=b",
      "multipart/form-data; boundary=\r\n--b",
      "b",
    );
    await fc.assert(fc.asyncProperty(bytes, contentType, isHandled), { numRuns });
  });

  test("also where a form was cut, doubled or altered anywhere", async () => {
    const place = fc.integer({ min: 0, max: whole.length });
    await fc.assert(
      fc.asyncProperty(place, place, fc.string({ unit: "binary", maxLength: 4 }), async (from, to, between) => {
        const altered = [whole.subarray(0, from), Buffer.from(between, "latin1"), whole.subarray(to)];
        upstream.requests.length = 0;
        const { status } = await answerTo(sentBytes(Buffer.concat(altered), "multipart/form-data; boundary=b"));
        expect([200, 400]).toContain(status);
        expect(upstream.requests).toHaveLength(status === 200 ? 1 : 0);
      }),
      { numRuns },
    );
  });
});
