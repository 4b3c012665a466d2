import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { securityHeaders } from "#lib/http/answer-headers.ts";

/** Escapes text for use between tags and in attributes. */
export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A Lambda that serves one document, public and the same for everyone. */
const document = (type: string, body: string) => async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { ...securityHeaders, "content-type": type, "cache-control": "public, max-age=3600" },
  body,
});

/** A Lambda that serves a JSON document. */
export const jsonDocument = (value: object) => document("application/json", JSON.stringify(value));

/** A Lambda that serves one page, `content` as HTML. */
export const page = (title: string, content: string) =>
  document(
    "text/html; charset=utf-8",
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<h1>${escaped(title)}</h1>
${content}
</html>
`,
  );
