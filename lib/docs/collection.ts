import * as z from "zod/mini";
import { type OpenApiOptions, openApi } from "./openapi.ts";

type Json = Readonly<Record<string, unknown>>;

const parameter = z.looseObject({ name: z.string(), in: z.string() });
const described = z.looseObject({
  operationId: z.string(),
  summary: z.string(),
  tags: z.tuple([z.string()]),
  parameters: z.array(z.union([parameter, z.looseObject({ $ref: z.string() })])),
  requestBody: z.optional(
    z.object({ content: z.record(z.string(), z.looseObject({ example: z.optional(z.looseObject({})) })) }),
  ),
});
type Described = z.infer<typeof described>;

const read = z.looseObject({
  info: z.looseObject({ title: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), described)),
  components: z.looseObject({ parameters: z.record(z.string(), parameter) }),
});

/**
 * Every operation of the OpenAPI document as a Postman collection (https://schema.postman.com/, 2.1.0), which Bruno,
 * Insomnia and others import, too. Its variables are set for the laptop.
 */
export const collection = (options: OpenApiOptions): Json => {
  const { info, tags, paths, components } = read.parse(openApi(options));
  const entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const requestsOf = (tag: string) =>
    entries
      .filter(({ operation }) => operation.tags.includes(tag))
      .map((entry) => requestOf(entry, components.parameters));
  return {
    info: {
      name: info.title,
      description: info.description,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    auth: clientCredentials,
    variable: Object.entries(variables(options)).map(([key, value]) => ({ key, value, type: "string" })),
    item: tags.map(({ name, description }) => ({ name, description, item: requestsOf(name) })),
  };
};

const pairs = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => ({ key, value, type: "string" }));

const clientCredentials: Json = {
  type: "oauth2",
  oauth2: pairs({
    grant_type: "client_credentials",
    accessTokenUrl: "{{tokenUrl}}",
    clientId: "{{clientId}}",
    clientSecret: "{{clientSecret}}",
    client_authentication: "header",
    addTokenTo: "header",
  }),
};

/** The ids are those of members of the laptop's sandbox. An empty value is for the reader to fill in. */
const variables = ({ tokenUrl = "" }: OpenApiOptions): Readonly<Record<string, string>> => ({
  baseUrl: "http://localhost:3000",
  tokenUrl: tokenUrl.startsWith("/") ? `{{baseUrl}}${tokenUrl}` : tokenUrl,
  clientId: "demo-partner",
  clientSecret: "demo-secret",
  studioId: "",
  customerId: "1000",
  contractId: "5000010000",
  amendmentId: "",
  idlePeriodId: "",
  additionalModuleContractId: "",
});

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Described;
}

const requestOf = ({ path, method, operation }: Entry, shared: Readonly<Record<string, z.infer<typeof parameter>>>) => {
  const parameters = operation.parameters.map((each) =>
    "$ref" in each ? shared[String(each["$ref"]).replace(/^.*\//, "")] : each,
  );
  const names = parameters.flatMap((each) => (each?.["in"] === "header" ? [String(each["name"])] : []));
  const at = path.replace(/\{(\w+)\}/g, "{{$1}}");
  return {
    name: operation.summary,
    request: {
      method,
      header: names.map((name) => ({ key: name, ...headers[name] })),
      url: { raw: `{{baseUrl}}${at}`, host: ["{{baseUrl}}"], path: at.slice(1).split("/") },
      description: `\`${operation.operationId}\`, see {{baseUrl}}/docs`,
      ...bodyOf(operation),
    },
  };
};

/** A new key for each request. To retry, set the key of the first request by hand. */
const headers: Readonly<Record<string, Json>> = {
  "Studio-Id": { value: "{{studioId}}", disabled: true },
  "Accept-Language": { value: "en", disabled: true },
  "Idempotency-Key": { value: '"{{$guid}}"' },
};

const bodyOf = ({ requestBody }: Described): Json => {
  const [[type, { example = {} }] = ["", {}]] = Object.entries(requestBody?.content ?? {});
  if (type === "application/json")
    return { body: { mode: "raw", raw: JSON.stringify(example, null, 2), options: { raw: { language: "json" } } } };
  if (type !== "multipart/form-data") return {};
  const data = JSON.stringify(example["data"], null, 2);
  const parts = [
    { key: "data", value: data, type: "text", contentType: "application/json" },
    { key: "document", type: "file", src: [], disabled: true },
  ];
  return { body: { mode: "formdata", formdata: parts } };
};
