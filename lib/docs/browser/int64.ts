/** JSON.parse with source text access (ECMA-262, 2026). Older browsers do not have it. */
interface Json {
  readonly parse: (
    text: string,
    reviver?: (key: string, value: unknown, context?: { source?: string }) => unknown,
  ) => unknown;
  readonly rawJSON?: (source: string) => unknown;
}

/**
 * Ids are int64. Swagger UI parses each body, to indent an answer and to send what is in the form: an id above 2^53 would
 * name another contract. From now on, JSON.parse keeps such a number as it is written, and JSON.stringify writes it again.
 */
export const keepDigits = (): void => {
  const { parse, rawJSON }: Json = JSON;
  if (!rawJSON) return;
  JSON.parse = (text, reviver) =>
    reviver
      ? parse(text, reviver)
      : parse(text, (_, value, context) =>
          Number.isInteger(value) && !Number.isSafeInteger(value) && context?.source ? rawJSON(context.source) : value,
        );
};
