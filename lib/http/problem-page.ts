import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { answers, failures } from "#lib/perfectgym/failures.ts";
import { securityHeaders } from "./answer-headers.ts";
import { problemTypes } from "./problem-types.ts";

const entries = Object.entries(problemTypes).map(
  ([code, { status, title, detail }]) => `<h2 id="${code}">${code}</h2>\n<p>${status} ${title}. ${detail}</p>`,
);

const certainties = [...answers, ...Object.values(failures)].map(
  ({ ending, carriedOut, because }) => `<tr><td>${ending}</td><td>${carriedOut}</td><td>${because}</td></tr>`,
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
<h1 id="writes">When a write was carried out</h1>
<p>The studio's system knows no idempotency. A write is sent again only where it was certainly not carried out. A change of a
contract that may have been is settled by reading the contract back, before the answer; a change of data is when the request
comes again with the same Idempotency-Key. What a read does not show half a minute after it was sent was not carried out.</p>
<table>
<tr><th>the studio's system</th><th>carried out</th><th>because</th></tr>
${certainties.join("\n")}
</table>
</html>
`;

/** The page that a problem's `type` leads to. Public, and the same for everyone: it reflects nothing of the request. */
export const problemPage = async (): Promise<APIGatewayProxyStructuredResultV2> => ({
  statusCode: 200,
  headers: { ...securityHeaders, "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=3600" },
  body: page,
});
