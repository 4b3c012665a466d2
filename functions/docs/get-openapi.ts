import { openApi } from "#lib/docs/openapi.ts";
import { jsonDocument } from "#lib/docs/page.ts";
import { signIn } from "#lib/wiring/openapi.ts";

export const handler = jsonDocument(openApi(signIn));
