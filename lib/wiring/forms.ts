import { parseForm } from "#lib/http/form-parser.ts";
import type { LiveWrites } from "#lib/http/serving.ts";
import { writes } from "./writes.ts";

/** The side effects of a Lambda that writes and takes a form. Only such a Lambda must load the parser of forms. */
export const forms: LiveWrites = { ...writes, parseForm };
