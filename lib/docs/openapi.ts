import * as z from "zod/mini";
import { writeEventDetail } from "#lib/events/events.ts";
import { keyLength } from "#lib/http/idempotency-key.ts";
import { usualLimits, windowSeconds } from "#lib/limits/limits.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { type Deprecation, isWrite, type Operation, type Scope, type WriteRules } from "#lib/operations/operation.ts";
import { type ProblemCode, problemTypes } from "#lib/problems/types.ts";
import { cancelationReminderDue, moduleCancelationReminderDue } from "#lib/reminders/messages.ts";

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiOptions {
  /** Where partner apps get their tokens. Absent: another issuer replaces the user pool, and `issuer` names it. */
  readonly tokenUrl?: string | undefined;
  readonly issuer?: string | undefined;
}

/** The API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1), derived from operations, problems and events. */
export const openApi = (options: OpenApiOptions): Json => ({
  openapi: "3.1.1",
  info: {
    title: "PerfectGym gateway",
    version: "1",
    summary: "Self-service of a gym's members, for partner apps",
    description: about,
    license: { name: "MIT", identifier: "MIT" },
  },
  servers: [{ url: "/" }],
  tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  paths: pathsOf(operations),
  webhooks,
  components: {
    securitySchemes: { token: securityScheme(options) },
    schemas: { Problem: problem, ApiGatewayError: apiGatewayError, Receipt: receipt, ...named },
    responses: Object.fromEntries(operations.flatMap(({ operation }) => failuresOf(operation))),
    headers: {
      RequestId: requestId,
      ContentLanguage: contentLanguage,
      RateLimitPolicy: rateLimitPolicy,
      RateLimit: rateLimit,
      RetryAfter: retryAfter,
      IdempotentReplayed: replayed,
    },
    parameters: { StudioId: studioId, AcceptLanguage: acceptLanguage, IdempotencyKey: idempotencyKey },
  },
});

const about = `Paths, fields and answers are those of PerfectGym's Open API.

Send each write with an \`Idempotency-Key\`, and after a lost answer send the same request with the same key: it is never
carried out twice. Every error is a problem (RFC 9457) with a stable \`code\`. Ids are int64, and can exceed 2^53: read them with a
parser that keeps their digits.`;

/** Whether a pending change of the same data can be why the studio's system refuses one. */
const isRefusedWhilePending = ({ write }: Operation): boolean =>
  write !== undefined &&
  ["CustomerDataAmended", "IdlePeriodRequested", "IdlePeriodUpdateRequested"].includes(write.event);

const tags: Readonly<Record<keyof typeof catalog, string>> = {
  contracts: "Contracts, their cancelation and withdrawal",
  "idle-periods": "Pauses of a contract",
  "customer-data": "Contact, address, master and payment data, and their changes",
  "additional-modules": "Add-ons of a contract",
};

interface Entry {
  readonly tag: string;
  readonly operation: Operation;
}

const operations: readonly Entry[] = Object.entries(catalog).flatMap(([tag, list]) =>
  list.map((operation: Operation) => ({ tag, operation })),
);

const pathsOf = (entries: readonly Entry[]): Json =>
  Object.fromEntries(
    [...Map.groupBy(entries, ({ operation }) => operation.path)].map(([path, sharing]) => [
      path,
      Object.fromEntries(sharing.map((entry) => [entry.operation.method.toLowerCase(), operationOf(entry)])),
    ]),
  );

/** An operation's entry in the document. */
export const operationOf = ({ tag, operation }: Entry): Json => ({
  operationId: operation.id,
  summary: operation.summary,
  ...(operation.deprecation && { deprecated: true, description: endOf(operation.deprecation) }),
  tags: [tag],
  security: [{ token: operation.scope ? [scopeName(operation.scope)] : [] }],
  parameters: [
    ...pathParameters(operation),
    reference("parameters", "StudioId"),
    reference("parameters", "AcceptLanguage"),
    ...(isWrite(operation) ? [reference("parameters", "IdempotencyKey")] : []),
  ],
  ...(operation.body && { requestBody: requestBody(operation) }),
  responses: responsesOf(operation),
});

const endOf = ({ since, sunset }: Deprecation): string =>
  `Deprecated from ${since}${sunset ? `, and may be gone from ${sunset}` : ""}.`;

const scopeName = (scope: Scope): string => `perfectgym/${scope}`;

const reference = (kind: string, name: string): Json => ({ $ref: `#/components/${kind}/${name}` });

/** Schemas that have an id of their own, by that id. */
const named: Record<string, unknown> = {};

const components = "#/components/schemas/";

/** A zod schema as JSON Schema 2020-12. `io`: as a caller sends it, or as she gets it. A part with an id goes to `named`. */
const schemaOf = (schema: z.ZodMiniType, io: "input" | "output"): Json => {
  const made = z.toJSONSchema(schema, { io, unrepresentable: "any", override: modernise });
  const {
    $schema: _,
    $defs = {},
    ...json
  } = JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', `"${components}`));
  for (const [name, { id: _id, ...part }] of Object.entries<Json>($defs)) named[name] = part;
  return json;
};

/** OpenAPI 3.1 lists examples: the single `example` of our schemas is of 3.0. */
const modernise = ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
  if (!("example" in jsonSchema)) return;
  jsonSchema["examples"] = [jsonSchema["example"]];
  Reflect.deleteProperty(jsonSchema, "example");
};

const objectSchema = z.looseObject({
  properties: z._default(z.record(z.string(), z.looseObject({ description: z.optional(z.string()) })), {}),
  required: z._default(z.array(z.string()), []),
});

const pathParameters = (operation: Operation): readonly Json[] =>
  Object.entries(objectSchema.parse(schemaOf(operation.params, "input")).properties).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: "path",
      required: true,
      description: description ?? "An id of the studio's system",
      schema,
      // Forms that try an operation begin with it.
      ...example(schema),
    }),
  );

const example = (schema: Json): Json => {
  const value = firstExample(schema);
  return value === undefined ? {} : { example: value };
};

const requestBody = (operation: Operation): Json => {
  const schema = operation.body ? schemaOf(operation.body, "input") : {};
  const { document } = operation;
  if (!document) return { required: true, content: { "application/json": { schema, example: exampleOf(schema) } } };
  const file = { type: "string", contentMediaType: "application/octet-stream", maxLength: document.largestBytes };
  return {
    required: true,
    content: {
      "multipart/form-data": {
        schema: {
          type: "object",
          properties: { data: schema, document: file },
          required: ["data"],
          additionalProperties: false,
        },
        example: { data: exampleOf(schema) },
        encoding: {
          data: { contentType: "application/json" },
          document: { contentType: document.mediaTypes.join(", ") },
        },
      },
    },
  };
};

/** Its own example, or one of its required fields' examples, or of all fields' if it requires none. */
const exampleOf = (schema: Json): unknown => {
  if (Array.isArray(schema["examples"])) return schema["examples"][0];
  const { properties, required } = objectSchema.parse(schema);
  const names = required.length > 0 ? required : Object.keys(properties);
  const examples = names.flatMap((name) => {
    const example = firstExample(properties[name] ?? {});
    return example === undefined ? [] : [[name, example]];
  });
  return Object.fromEntries(examples);
};

const firstExample = (schema: Json): unknown => {
  const { examples, enum: values, const: only, anyOf, type } = schema;
  if (Array.isArray(examples)) return examples[0];
  if (Array.isArray(values)) return values[0];
  if (only !== undefined) return only;
  if (Array.isArray(anyOf)) return anyOf.map(firstExample).find((example) => example !== undefined);
  return ({ boolean: false, integer: 1, number: 1 } as Json)[String(type)];
};

const responsesOf = (operation: Operation): Json => ({
  "200": success(operation),
  ...Object.fromEntries(failuresOf(operation).map(([name]) => [name.slice(0, 3), reference("responses", name)])),
});

/** The error answers of an operation. Operations with the same problems share them by name. */
const failuresOf = (operation: Operation): readonly (readonly [string, Json])[] => {
  const statuses = Map.groupBy(codesOf(operation), (code) => String(problemTypes[code].status).toUpperCase());
  return [...statuses].map(([status, codes]) => [nameOf(status, codes), failure(status, codes)]);
};

const nameOf = (status: string, codes: readonly ProblemCode[]): string => {
  if (codes.includes("amendment-pending")) return `${status}-change`;
  return codes.some((code) => isOfWrites(code)) ? `${status}-write` : status;
};

const success = (operation: Operation): Json => {
  const answer = operation.answer ? schemaOf(operation.answer, "output") : {};
  const receiptAlone = { type: "object", properties: { receipt: reference("schemas", "Receipt") } };
  const withReceipt = operation.answer ? { allOf: [answer, receiptAlone] } : receiptAlone;
  return {
    description: operation.answer
      ? "The answer of the studio's system"
      : "Done. The studio's system documents no content",
    headers: {
      "x-request-id": reference("headers", "RequestId"),
      ...limitHeaders,
      ...(operation.deprecation && { deprecation }),
      ...(operation.deprecation?.sunset && { sunset }),
      ...(isWrite(operation) && { "idempotent-replayed": reference("headers", "IdempotentReplayed") }),
      ...(operation.write?.receipt && { "content-language": reference("headers", "ContentLanguage") }),
    },
    content: operation.write?.receipt
      ? { "application/json": { schema: withReceipt }, ...confirmation }
      : { "application/json": { schema: answer } },
  };
};

/** The problems that an operation can answer with. */
const codesOf = (operation: Operation): readonly ProblemCode[] => [
  "request-invalid",
  "unauthenticated",
  "forbidden",
  "too-many-requests",
  "body-too-large",
  "media-type-unsupported",
  "upstream-refused",
  "upstream-forbidden",
  "upstream-rejected-key",
  "upstream-unavailable",
  "upstream-unintelligible",
  "upstream-busy",
  "upstream-timed-out",
  "studios-unavailable",
  "internal-error",
  ...(isWrite(operation) ? writeCodes : []),
  ...(isRefusedWhilePending(operation) ? (["amendment-pending"] as const) : []),
];

const isOfWrites = (code: ProblemCode): boolean => writeCodes.some((each) => each === code);

const writeCodes = [
  "idempotency-key-in-use",
  "idempotency-key-reused",
  "ledger-unavailable",
  "outcome-unknown",
] as const;

/** On every answer to a caller that is known. */
const limitHeaders = {
  "ratelimit-policy": reference("headers", "RateLimitPolicy"),
  ratelimit: reference("headers", "RateLimit"),
};

/** API Gateway answers these itself, before any function runs. Its body is not a problem, and cannot be changed. */
const statusesOfApiGateway = ["401", "403", "429", "500", "503"];

const failure = (status: string, codes: readonly ProblemCode[]): Json => ({
  description: codes
    .map((code) => `[\`${code}\`](/docs/problems#${code}): ${problemTypes[code].detail.en}`)
    .join("\n\n"),
  headers: {
    "x-request-id": reference("headers", "RequestId"),
    "content-language": reference("headers", "ContentLanguage"),
    ...(status !== "401" && limitHeaders),
    ...(["409", "429", "503", "504"].includes(status) && { "retry-after": reference("headers", "RetryAfter") }),
  },
  content: {
    "application/problem+json": {
      schema: reference("schemas", "Problem"),
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
    },
    ...(statusesOfApiGateway.includes(status) && {
      "application/json": { schema: reference("schemas", "ApiGatewayError") },
    }),
  },
});

const exampleProblem = (code: ProblemCode): Json => {
  const { status, title, detail } = problemTypes[code];
  return {
    type: `/docs/problems#${code}`,
    title: title.en,
    status: status === "4xx" ? 409 : status,
    detail: detail.en,
    instance: "XijxBaZloXA6FAM=",
    code,
    ...(code === "request-invalid" && {
      errors: [{ in: "body", pointer: "/cancelationDate", detail: "must be a real calendar date written YYYY-MM-DD" }],
    }),
  };
};

const text = (description: string): Json => ({ type: "string", description });

const int64 = (description: string): Json => ({ type: "integer", format: "int64", description });

const problem: Json = {
  type: "object",
  description: "An error (RFC 9457). Distinguish errors by `code`.",
  required: ["type", "title", "status", "detail", "instance", "code"],
  properties: {
    type: text("A page that explains the problem, relative to this API"),
    title: text("The kind of problem, for people"),
    status: { type: "integer", description: "The HTTP status" },
    detail: text("What happened, for people"),
    instance: text("The request id: give it to the operator"),
    code: { type: "string", enum: Object.keys(problemTypes), description: "The kind of problem, for programs" },
    errors: {
      type: "array",
      description: "The faults of the request, 50 at most",
      items: {
        type: "object",
        required: ["in", "pointer", "detail"],
        properties: {
          in: { type: "string", enum: ["path", "query", "header", "body"] },
          pointer: text("A JSON pointer (RFC 6901) into that part of the request"),
          detail: text("What is wrong there"),
        },
      },
    },
    moreErrors: { type: "integer", description: "How many faults `errors` leaves out" },
    upstream: {
      type: "object",
      description: "What the studio's system calls the error",
      properties: { errorCode: text("Its error code"), traceId: text("Its trace id") },
    },
    outcome: { type: "string", enum: ["unknown"], description: "The write may have been carried out" },
    pendingAmendmentId: int64("The pending change of the same data"),
    cancelationStatus: text("With `outcome-unknown`: what the contract or add-on shows"),
    cancelationDate: text("With `outcome-unknown`: what the contract or add-on shows"),
  },
};

const apiGatewayError: Json = {
  type: "object",
  description: "An error that API Gateway answers itself",
  required: ["message"],
  properties: { message: { type: "string", examples: ["Unauthorized"] } },
};

const receipt: Json = {
  type: "object",
  description: "What the gateway received and when, for the member to keep. More fields depend on the operation.",
  required: ["receivedAt", "requestId", "studioId"],
  properties: {
    receivedAt: {
      type: "string",
      format: "date-time",
      description: "When the gateway received the first request, in UTC",
    },
    requestId: text("The id of the request that succeeded"),
    studioId: text("The studio's id in the gateway"),
  },
  additionalProperties: true,
};

/** A receipt as a text, for a caller who prefers it by Accept. JSON is the default. */
const confirmation: Json = Object.fromEntries(
  ["text/html", "text/plain"].map((type) => [type, { schema: text("The receipt as a text for the member to keep") }]),
);

const requestId: Json = {
  description: "The request's id. The log and problems have it too",
  schema: { type: "string" },
};
const contentLanguage: Json = {
  description:
    "The language of a problem's texts, or of a receipt as a text. Absent if the studio's system wrote one of them",
  schema: { type: "string", enum: ["en", "de"] },
};
const rateLimitPolicy: Json = {
  description:
    "Your limit for this operation (draft-ietf-httpapi-ratelimit-headers-10): `q` requests in each window of `w` seconds",
  schema: { type: "string", examples: [`"getContractData";q=${usualLimits.reads * windowSeconds};w=${windowSeconds}`] },
};
const rateLimit: Json = {
  description: "What is left of it: `r` requests in the next `t` seconds. Absent if the gateway does not know",
  schema: { type: "string", examples: ['"getContractData";r=97;t=8'] },
};
const deprecation: Json = {
  description: "From when on apps should not use the operation, as `@` and seconds since 1970 (RFC 9745)",
  schema: { type: "string", pattern: "^@\\d+$" },
};
const sunset: Json = {
  description: "From when on the operation may be gone, as an HTTP date (RFC 8594)",
  schema: { type: "string" },
};
const retryAfter: Json = {
  description: "Seconds after which a retry makes sense. The problems of the gateway with 429 and 503 always have it",
  schema: { type: "integer", minimum: 1 },
};
const replayed: Json = {
  description: "Present if this is the stored answer to the first request with this key",
  schema: { type: "string", enum: ["true"] },
};

const studioId: Json = {
  name: "Studio-Id",
  in: "header",
  description:
    "The studio. Required if the token's client has several, unless the path has a customer whose home studio can be found. A write without it needs an Idempotency-Key",
  schema: { type: "string", examples: ["demo-studio"] },
};
const acceptLanguage: Json = {
  name: "Accept-Language",
  in: "header",
  description: "The language of problems (English or German) and of texts from the studio's system (RFC 9110)",
  schema: { type: "string", maxLength: 255, examples: ["de-DE"] },
};
const idempotencyKey: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "A random UUID of your own for each write. A retry with the same key never carries out the write twice",
  schema: {
    type: "string",
    minLength: keyLength.least,
    maxLength: 2 * keyLength.most + 2,
    examples: ['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
  },
};

const securityScheme = ({ tokenUrl, issuer }: OpenApiOptions): Json => {
  if (tokenUrl === undefined && issuer !== undefined)
    return { type: "openIdConnect", openIdConnectUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration` };
  return {
    type: "oauth2",
    description: "A partner app's own token, by the client credentials grant",
    flows: { clientCredentials: { tokenUrl: tokenUrl ?? "/oauth2/token", scopes: scopeDescriptions } },
  };
};

const usedScopes = new Set(operations.flatMap(({ operation }) => operation.scope ?? []));

const scopeDescriptions: Json = Object.fromEntries(
  [...usedScopes].map((scope) => [
    scopeName(scope),
    operations
      .filter(({ operation }) => operation.scope === scope)
      .map(({ operation }) => operation.id)
      .join(", "),
  ]),
);

const webhookHeader = (name: string, description: string, schema: Json): Json => ({
  name,
  in: "header",
  required: true,
  description,
  schema,
});

const webhookHeaders: readonly Json[] = [
  webhookHeader("webhook-id", "The event's id: `eventId` or `reminderId`. It is the same at each try", {
    type: "string",
    pattern: "^[A-Za-z0-9_-]+$",
  }),
  webhookHeader("webhook-timestamp", "When this try was made, in seconds since 1970. Refuse one of another time", {
    type: "integer",
  }),
  webhookHeader(
    "webhook-signature",
    "`v1,` and the base64 of the HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>`, with the bytes that are in base64 after " +
      "`whsec_` in your secret. While a replaced secret is valid, there are two, with a space between: one must fit",
    { type: "string", examples: ["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="] },
  ),
];

/** An event as a partner's endpoint gets it, by Standard Webhooks 1.0.0. */
const webhook = (type: string, summary: string, data: z.ZodMiniType): Json => ({
  post: {
    operationId: `on${type}`,
    summary,
    description:
      "Signed by [Standard Webhooks](https://www.standardwebhooks.com): verify the body as it arrived with one of its libraries. An event " +
      "can arrive more than once, and events in any order.",
    security: [],
    parameters: webhookHeaders,
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["type", "timestamp", "data"],
            properties: {
              type: { type: "string", const: type },
              timestamp: { type: "string", format: "date-time", description: "When the event happened" },
              data: schemaOf(data, "output"),
            },
          },
        },
      },
    },
    responses: {
      "2XX": { description: "You have stored the event. Answer within 15 seconds" },
      "410": { description: "You want no more events. The gateway gives this one up" },
      "4XX": { description: "The gateway tries again, ten times in three days, and waits as `Retry-After` asks" },
      "5XX": { description: "The same" },
    },
  },
});

const writeEvents: Readonly<Record<WriteRules["event"], string>> = {
  ContractCancelationRequested: "A contract was canceled",
  ContractCancelationWithdrawn: "A cancelation was withdrawn",
  ContractWithdrawalRequested: "The statutory withdrawal from a contract was declared",
  IdlePeriodRequested: "A pause was requested",
  IdlePeriodUpdateRequested: "A change of a pause was requested",
  IdlePeriodWithdrawn: "A pause was taken back",
  AdditionalModulePurchased: "An add-on was bought",
  AdditionalModuleCancelationRequested: "An add-on was canceled",
  AdditionalModuleCancelationWithdrawn: "A cancelation of an add-on was withdrawn",
  CustomerDataAmended: "Contact, address, master or payment data was changed",
  AmendmentWithdrawn: "A pending change was withdrawn",
};

const webhooks: Json = {
  ...Object.fromEntries(
    Object.entries(writeEvents).map(([type, summary]) => [type, webhook(type, summary, writeEventDetail)]),
  ),
  CancelationReminderDue: webhook(
    "CancelationReminderDue",
    "A contract's cancelation deadline draws near",
    cancelationReminderDue,
  ),
  AdditionalModuleCancelationReminderDue: webhook(
    "AdditionalModuleCancelationReminderDue",
    "An add-on's cancelation deadline draws near",
    moduleCancelationReminderDue,
  ),
};
