import { jsonDocument } from "#lib/docs/document.ts";
import { openApi } from "#lib/docs/openapi.ts";
import { signIn } from "#lib/wiring/openapi.ts";

export const handler = jsonDocument(openApi(signIn));
