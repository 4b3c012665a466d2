import { MIMEType } from "node:util";
import type { DocumentRules } from "#lib/operations/document.ts";
import { pointerOf } from "#lib/operations/json.ts";
import type { Ids, Operation } from "#lib/operations/operation.ts";
import { type Fault, RequestRefused } from "#lib/problems/types.ts";
import { readDocument } from "./document.ts";
import type { FormPart, ParseForm } from "./form-parser.ts";
import {
  bodyLimitOf,
  type Content,
  checkSize,
  invalid,
  type Part,
  readBody,
  under,
  valid,
  withFaults,
} from "./input.ts";
import { bodyIn, isJson } from "./json-body.ts";

export interface SentForm {
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
  readonly parse: ParseForm;
}

/** Reads an operation's body and document from one form. @throws RequestRefused of no form, or a part that is too large */
export const readForm = async <Body>(
  operation: Operation<Ids, Body>,
  rules: DocumentRules,
  { contentType, bytes, parse }: SentForm,
): Promise<Content<Body>> => {
  const alone = (body: Part<Body>): Content<Body> => ({ body, document: valid(undefined) });
  if (bytes.length === 0) return alone(readData(operation, []));
  const boundary = boundaryIn(contentType);
  if (boundary === undefined)
    return alone(invalid({ in: "header", pointer: "/content-type", detail: "must name the boundary of the form" }));
  const parts = await parse(bytes, boundary);
  if (!parts) return alone(invalid(fault("", "must be a complete form with the parts data and document")));
  const { data = [], document = [], other = [] } = Object.groupBy(parts, kindOf);
  return {
    body: readData(operation, data),
    document: withFaults(readFile(rules, document), other.map(faultOf)),
  };
};

/** RFC 2046, 5.1.1. @throws RequestRefused if it is the type of something else */
const boundaryIn = (contentType = ""): string | undefined => {
  const { essence, params } = mediaTypeIn(contentType) ?? {};
  if (essence !== "multipart/form-data") throw new RequestRefused("media-type-unsupported", "the body is not a form");
  const [boundary] = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.exec(params?.get("boundary") ?? "") ?? [];
  return boundary;
};

const mediaTypeIn = (contentType: string): MIMEType | undefined => {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined; // no media type at all
  }
};

const kindOf = ({ name }: FormPart) => (name === "data" || name === "document" ? name : "other");

const fault = (pointer: string, detail: string): Fault => ({ in: "body", pointer, detail });

const faultOf = ({ name }: FormPart): Fault =>
  name === undefined ? fault("", "has a part without a name") : fault(pointerOf([name]), "is an unknown part");

const readData = <Body>(operation: Operation<Ids, Body>, [part, ...more]: readonly FormPart[]): Part<Body> => {
  if (more.length > 0) return invalid(fault("/data", "appears more than once"));
  const { bytes = Buffer.alloc(0), contentType } = part ?? {};
  checkSize(bodyLimitOf(operation), bytes.length, "/data");
  if (contentType !== undefined && !isJson(contentType))
    return invalid(fault("/data", "must have the content type application/json, in UTF-8"));
  return under("/data", readBody(operation, bodyIn(bytes)));
};

const readFile = (rules: DocumentRules, [part, ...more]: readonly FormPart[]) =>
  more.length > 0 ? invalid(fault("/document", "appears more than once")) : readDocument(rules, part);
