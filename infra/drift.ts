import { readFile } from "node:fs/promises";
import * as z from "zod";
import { catalog } from "#lib/operations/catalog.ts";
import { ownCalls } from "#lib/operations/customers.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { type Command, Refused, runIfMain } from "./command.ts";

const usage = `usage: npm run drift -- FILE

Compares an OpenAPI 3 document of the upstream, as JSON, with the operations that the gateway knows. Prints a line for each operation
and field that was added (+), removed (-) or changed (~), and ends with 1 if there is any. Of other operations, it names only those of
self-service.`;

const known: readonly Operation[] = [...Object.values(catalog).flat(), ...ownCalls];

/** The part of JSON Schema that a field is described with. */
const schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), schema).default({});
  },
  get items() {
    return schema.optional();
  },
  get allOf() {
    return z.array(schema).default([]);
  },
  get anyOf() {
    return z.array(schema).default([]);
  },
  get oneOf() {
    return z.array(schema).default([]);
  },
});
type Schema = z.infer<typeof schema>;

const content = z.looseObject({
  content: z.record(z.string(), z.looseObject({ schema: schema.optional() })).default({}),
});
const described = z.looseObject({
  requestBody: content.optional(),
  responses: z.record(z.string(), content).default({}),
});
const methods = ["get", "post", "put", "delete"] as const;
const document = z.looseObject({
  paths: z.record(z.string(), z.looseObject(Object.fromEntries(methods.map((each) => [each, described.optional()])))),
  components: z.looseObject({ schemas: z.record(z.string(), schema).default({}) }).default({ schemas: {} }),
});
type Document = z.infer<typeof document>;

/** What a field is, in a few words: its type or its values, and whether it must be there. */
type Fields = ReadonlyMap<string, string>;

interface Place {
  readonly name: string;
  readonly isRequired: boolean;
  /** The schemas around it. One that contains itself ends there. */
  readonly within: readonly string[];
}

type Named = Document["components"]["schemas"];

/** What the field itself is. Nothing for the whole, and for a schema that only joins others. */
const fieldAt = (
  { type, enum: values }: Schema,
  { name, isRequired }: Place,
): readonly (readonly [string, string])[] => {
  const types = [type ?? []].flat().filter((each) => each !== "null");
  const what = values
    ? values
        .filter((value) => value !== null)
        .toSorted()
        .join("|")
    : types.join("|");
  if (name === "" || what === "") return [];
  return [[name, what.replace("integer", "number") + (isRequired ? ", required" : "")]];
};

const entriesOf = (asked: Schema, place: Place, named: Named): readonly (readonly [string, string])[] => {
  const reference = asked.$ref?.replace(/^.*\//, "");
  const found = reference === undefined ? asked : named[reference];
  if (!found || (reference !== undefined && place.within.includes(reference))) return [];
  const within = reference === undefined ? place.within : [...place.within, reference];
  const { name } = place;
  const below = (part: Schema, change: Partial<Place>) => entriesOf(part, { ...place, within, ...change }, named);
  return [
    ...fieldAt(found, place),
    ...[...found.allOf, ...found.anyOf, ...found.oneOf].flatMap((part) => below(part, {})),
    ...Object.entries(found.properties).flatMap(([field, part]) =>
      below(part, { name: name === "" ? field : `${name}.${field}`, isRequired: found.required.includes(field) }),
    ),
    ...(found.items ? below(found.items, { name: `${name}[]`, isRequired: true }) : []),
  ];
};

/** The fields of a schema by their places, such as `contracts[].id`. */
const fieldsOf = (given: Schema | undefined, { schemas }: Document["components"]): Fields =>
  new Map(given ? entriesOf(given, { name: "", isRequired: true, within: [] }, schemas) : []);

const own = (type: z.core.$ZodType | undefined, io: "input" | "output"): Fields => {
  if (!type) return new Map();
  const { $defs = {}, ...json } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return fieldsOf(schema.parse(json), { schemas: z.record(z.string(), schema).parse($defs) });
};

/** What the gateway knows and what the document says, as lines. */
const compare = (where: string, mine: Fields, theirs: Fields): readonly string[] => [
  ...[...theirs].flatMap(([place, what]) => (mine.has(place) ? [] : [`+ ${where} ${place}: ${what}`])),
  ...[...mine.keys()].flatMap((place) => (theirs.has(place) ? [] : [`- ${where} ${place}`])),
  ...[...mine].flatMap(([place, what]) => {
    const now = theirs.get(place);
    return now === undefined || now === what ? [] : [`~ ${where} ${place}: ${what} is now ${now}`];
  }),
];

const shapeOf = (path: string): string => path.replace(/\{\w+\}/g, "{}");

/** Every difference between the operations that the gateway knows and an OpenAPI document, as lines. */
export const differences = (spec: Document): readonly string[] => {
  const theirs = Object.entries(spec.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ route: `${method.toUpperCase()} ${shapeOf(path)}`, path, method, operation }] : [];
    }),
  );
  const routes = new Map(known.map((operation) => [`${operation.method} ${shapeOf(operation.path)}`, operation]));
  const schemaIn = (part: z.infer<typeof content> | undefined) => Object.values(part?.content ?? {})[0]?.schema;
  const changed = theirs.flatMap(({ route, operation }) => {
    const mine = routes.get(route);
    if (!mine) return route.includes("/self-service/") ? [`+ ${route}`] : [];
    const { responses, requestBody } = operation;
    const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
    const body = fieldsOf(schemaIn(requestBody), spec.components);
    const data = [...body].map(([place, what]) => [place.replace(/^data\.?/, ""), what] as const);
    // Of its own calls, the gateway describes only what it needs: there, another field is no news.
    const isNews = (line: string) => mine.scope !== undefined || !line.startsWith("+");
    const sent = mine.document ? new Map(data.filter(([place]) => place !== "" && place !== "document")) : body;
    return [
      ...compare(`${mine.id} body`, own(mine.body, "input"), sent),
      ...compare(`${mine.id} answer`, own(mine.answer, "output"), fieldsOf(schemaIn(success), spec.components)),
    ].filter(isNews);
  });
  const found = new Set(theirs.map(({ route }) => route));
  const removed = [...routes].flatMap(([route, { id }]) => (found.has(route) ? [] : [`- ${id}: ${route}`]));
  return [...removed, ...changed];
};

export const drift: Command = async ([file, ...more]) => {
  if (file === undefined || more.length > 0) throw new Refused(usage);
  const text = await readFile(file, "utf8");
  const spec = document.safeParse(parsed(file, text));
  if (!spec.success) throw new Refused(`${file}: is no OpenAPI 3 document: ${z.prettifyError(spec.error)}`);
  const lines = differences(spec.data);
  return lines.length === 0 ? "The document and the gateway agree." : { failed: lines.join("\n") };
};

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(`${file}: is not JSON. Convert YAML first.`);
  }
};

await runIfMain(import.meta.url, drift);
