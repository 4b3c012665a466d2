import { escaped } from "#lib/html.ts";
import { endings } from "#lib/perfectgym/endings.ts";
import { problemTypes } from "#lib/problems/types.ts";
import { page } from "./page.ts";

/** Text with code in backticks. */
const withCode = (text: string) => escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const entries = Object.entries(problemTypes).map(
  ([code, { status, title, detail }]) =>
    `<h2 id="${code}">${code}</h2>\n<p>${status} ${escaped(title.en)}. ${withCode(detail.en)}</p>`,
);

const certainties = Object.values(endings).map(
  ({ observed, carriedOut, because }) =>
    `<tr><td>${escaped(observed)}</td><td>${carriedOut}</td><td>${escaped(because)}</td></tr>`,
);

/** The page that a problem's `type` links to. */
export const problemPage = page(
  "Problems",
  `<p>Every error of this API's functions is application/problem+json (RFC 9457). Distinguish problems by their <code>code</code>.
<code>errors</code> lists the faults of a request, each with the part of the request and a JSON pointer. It lists at most 50;
<code>moreErrors</code> is the number of the others. <code>upstream</code> contains the error code and trace id of the studio's
system. Long texts are cut and end in "…". An <code>upstream-refused</code> problem has the status and the message of the
studio's system, for example 400, 404 or 409. <code>"outcome": "unknown"</code> means that a write may have been carried out: read the
data before you send it again. If you contact the operator, give the request id in <code>instance</code>.</p>
${entries.join("\n")}
<h1 id="writes">When a write was carried out</h1>
<p>The studio's system does not support idempotency keys. Within one request, the gateway resends a write only if the first
attempt certainly was not carried out. If a cancelation or its withdrawal may have been carried out, the gateway reads the
contract before it answers. If a change of data may have been carried out, the gateway reads the data when you retry with the
same Idempotency-Key. It compares values by meaning, because a studio may store them in another spelling. A retry sends the
write again only if the data shows nothing like it about half a minute after the first attempt. Reading cannot confirm a pending
change with other values, a cancelation to another date, a change that applies at once, or a withdrawn amendment. Such a
write is not sent again under the same key, and the problem contains what the data shows.</p>
<table>
<tr><th>the studio's system</th><th>carried out</th><th>because</th></tr>
${certainties.join("\n")}
</table>`,
);
