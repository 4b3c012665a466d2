import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod/mini";
import { parseJson } from "#lib/operations/json.ts";
import type { Studio } from "../studio.ts";
import type { Form, SentDocument } from "./form.ts";
import { type Language, preferredLanguage } from "./language.ts";
import { Refusal } from "./refusal.ts";

/** What a behaviour reads of a request. Each method throws Refusal if the upstream would refuse. */
export interface Call {
  readonly language: Language;
  /** An id of the path. */
  id(name: string): bigint;
  query<Schema extends z.ZodMiniObject>(schema: Schema): z.output<Schema>;
  body<Schema extends z.ZodMiniType>(schema: Schema | undefined): z.output<Schema>;
  /** The body in the sender's spelling, as the upstream stores it. */
  values(schema: z.ZodMiniType | undefined): Readonly<Record<string, unknown>>;
  /** Undefined: none was sent, or the operation takes none. */
  document(): SentDocument | undefined;
}

/** Carries a call out. Returns the answer as JSON data. Undefined: an empty body. */
export type Behaviour = (studio: Studio, call: Call) => unknown;

export interface Message {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Only of an operation that takes a document. Its data is the body then. */
  readonly form?: Form | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields that the schema has, at every depth. The upstream ignores others. */
const known = (schema: unknown, value: unknown): unknown => {
  if (schema instanceof z.ZodMiniOptional || schema instanceof z.ZodMiniNullable)
    return known(schema.def.innerType, value);
  if (!(schema instanceof z.ZodMiniObject) || !isRecord(value)) return value;
  const fields = Object.entries(schema.shape).filter(([name]) => Object.hasOwn(value, name));
  return Object.fromEntries(fields.map(([name, field]) => [name, known(field, value[name])]));
};

/** @throws Refusal that refers to the first field at fault, such as `parent.child`. */
export const checked = <Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...(issue?.path ?? []), ...(issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [])];
  throw path.length === 0 ? new Refusal("BODY_INVALID") : new Refusal("FIELD_INVALID", { reference: path.join(".") });
};

/** @throws Refusal if the text is not JSON, or its type is not. */
export const jsonOf = ({ headers, text }: Pick<Message, "headers" | "text">): unknown => {
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) throw new Refusal("MEDIA_TYPE_UNSUPPORTED");
  return parsed(text);
};

const parsed = (text: string): unknown => {
  try {
    return parseJson(text);
  } catch {
    throw new Refusal("BODY_INVALID");
  }
};

const isNumber = (schema: unknown): boolean =>
  schema instanceof z.ZodMiniOptional ? isNumber(schema.def.innerType) : schema instanceof z.ZodMiniNumber;

const typed = (schema: z.ZodMiniObject, query: URLSearchParams): Record<string, unknown> =>
  Object.fromEntries(
    [...query].map(([name, text]) => [
      name,
      isNumber(schema.shape[name]) && /^-?\d+$/.test(text) ? Number(text) : text,
    ]),
  );

const idOf = (name: string, digits = ""): bigint => {
  const id = /^-?\d{1,19}$/.test(digits) ? BigInt(digits) : undefined;
  if (id === undefined || BigInt.asIntN(64, id) !== id) throw new Refusal("FIELD_INVALID", { reference: name });
  return id;
};

const declared = <Schema>(schema: Schema | undefined): Schema => {
  if (schema === undefined) throw new TypeError("the operation declares no such input");
  return schema;
};

/** The fields of a valid body, in the sender's spelling. */
const asSent = (schema: z.ZodMiniType, body: unknown): Readonly<Record<string, unknown>> => {
  const wanted = checked(schema, known(schema, body));
  const sent = isRecord(body) ? body : {};
  return Object.fromEntries(Object.keys(Object(wanted)).map((name) => [name, sent[name]]));
};

export const createCall = ({ params, query, headers, text, form }: Message): Call => {
  const json = () => (form ? parsed(form.data) : jsonOf({ headers, text }));
  return {
    language: preferredLanguage(headers["accept-language"]),
    id: (name) => idOf(name, params[name]),
    query: (schema) => checked(schema, known(schema, typed(schema, query))),
    body: (schema) => checked(declared(schema), known(schema, json())),
    values: (schema) => asSent(declared(schema), json()),
    document: () => form?.document,
  };
};
