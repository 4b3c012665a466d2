import { collection } from "#lib/docs/collection.ts";
import { jsonDocument } from "#lib/docs/document.ts";
import { signIn } from "#lib/wiring/openapi.ts";

export const handler = jsonDocument(collection(signIn));
