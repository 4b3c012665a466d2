import * as z from "zod/mini";
import type { WriteOperation } from "#lib/operations/operation.ts";
import type { StudioSettings } from "#lib/perfectgym/studios.ts";
import { type Fault, RequestInvalid } from "#lib/problems/types.ts";

const fields = z.record(z.string(), z.unknown());

/** The body with the studio's defaults for fields that the caller left out. @throws RequestInvalid if the studio has none */
export const withStudioDefaults = async (
  { write }: WriteOperation,
  body: unknown,
  settings: () => Promise<StudioSettings>,
): Promise<unknown> => {
  const given = fields.safeParse(body).data ?? {};
  const missing = Object.entries(write.studioDefaults ?? {}).filter(([field]) => given[field] === undefined);
  if (missing.length === 0) return body;
  const values = await settings();
  const faults = missing.flatMap(([field, name]): Fault[] =>
    values[name] === undefined
      ? [{ in: "body", pointer: `/${field}`, detail: "is required: the studio has no default for it" }]
      : [],
  );
  if (faults.length > 0) throw new RequestInvalid(faults);
  return { ...given, ...Object.fromEntries(missing.map(([field, name]) => [field, values[name]])) };
};
