import * as z from "zod/mini";

/** A copy of the schema with what the API's description says of it: fields with the same schema can mean different things. */
export const about = <Schema extends z.ZodMiniType>(schema: Schema, words: z.core.GlobalMeta): Schema => {
  const copy: Schema = z.clone(schema);
  z.globalRegistry.add(copy, words);
  return copy;
};
