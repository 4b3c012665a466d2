import * as z from "zod";
import { openApi } from "#lib/docs/openapi.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { isWrite, type Operation } from "#lib/operations/operation.ts";
import type { Callable, Field } from "./messages.ts";

const schemaOfField = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  examples: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  get anyOf() {
    return z.array(schemaOfField).optional();
  },
});
type FieldSchema = z.infer<typeof schemaOfField>;

const bodySchema = z.looseObject({
  properties: z.record(z.string(), schemaOfField).default({}),
  required: z.array(z.string()).default([]),
});

const form = z.object({ schema: z.looseObject({ properties: z.looseObject({ data: bodySchema }) }) });
const json = z.object({ schema: bodySchema, example: z.record(z.string(), z.unknown()).default({}) });

const document = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        requestBody: z
          .object({
            content: z.object({ "application/json": json.optional(), "multipart/form-data": form.optional() }),
          })
          .optional(),
      }),
    ),
  ),
});

/** The operations with the fields of their bodies, from the OpenAPI document. */
export const callables = (): readonly Callable[] => {
  const { paths } = document.parse(openApi({}));
  return Object.entries(catalog).flatMap(([tag, operations]) =>
    operations.map((operation: Operation) => {
      const { id, summary, method, path } = operation;
      const content = paths[path]?.[method.toLowerCase()]?.requestBody?.content;
      const isForm = operation.document !== undefined;
      return { id, tag, summary, method, path, isWrite: isWrite(operation), isForm, fields: fieldsOf(content) };
    }),
  );
};

type Content = NonNullable<z.infer<typeof document>["paths"][string][string]["requestBody"]>["content"];

const fieldsOf = (content: Content | undefined): readonly Field[] | undefined => {
  const inJson = content?.["application/json"];
  const example = inJson?.example ?? {};
  const body = inJson?.schema ?? content?.["multipart/form-data"]?.schema.properties.data;
  if (!body) return undefined;
  return Object.entries(body.properties).map(([name, field]) => {
    const isNeeded = name in example || body.required.includes(name);
    const value = example[name] ?? exampleOf(field);
    return { name, isInteger: isInteger(field), ...(isNeeded && { example: JSON.stringify(value ?? "") }) };
  });
};

const isInteger = ({ type, anyOf = [] }: FieldSchema): boolean =>
  [type].flat().includes("integer") || anyOf.some(isInteger);

const exampleOf = ({ examples, enum: values, anyOf = [] }: FieldSchema): unknown =>
  examples?.[0] ?? values?.[0] ?? anyOf.map(exampleOf).find((each) => each !== undefined);
