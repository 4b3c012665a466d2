import { openApi } from "#lib/docs/openapi.ts";

// Prints the OpenAPI document. Its token URL is relative; the running gateway's own document has the stage's.
process.stdout.write(`${JSON.stringify(openApi({}), null, 2)}\n`);
