import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { securityHeaders } from "./answer-headers.ts";
import { problemTypes } from "./problems.ts";

const entries = Object.entries(problemTypes).map(
  ([code, { status, title, detail }]) => `<h2 id="${code}">${code}</h2>\n<p>${status} ${title}. ${detail}</p>`,
);

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Problems</title>
<h1>Problems</h1>
<p>Every error of this API is application/problem+json (RFC 9457). Tell problems apart by <code>code</code>.
<code>errors</code> lists the faults of a request by part and JSON pointer, <code>upstream</code> the studio system's own code
and trace id. <code>"outcome": "unknown"</code> means that a write may have been carried out: read before sending it again.
Quote <code>instance</code> when asking the operator.</p>
${entries.join("\n")}
</html>
`;

/** The page that a problem's `type` leads to. Public, and the same for everyone: it reflects nothing of the request. */
export const problemPage = async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { ...securityHeaders, "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=3600" },
  body: page,
});
