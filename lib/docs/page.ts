import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { securityHeaders } from "#lib/http/answer-headers.ts";

/** A Lambda that serves one page. Public, and the same for everyone: it reflects nothing of the request. */
export const page = (title: string, content: string) => async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { ...securityHeaders, "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=3600" },
  body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
${content}
</html>
`,
});
