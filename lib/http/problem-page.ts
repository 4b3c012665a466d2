import { answers, failures } from "#lib/perfectgym/failures.ts";
import { page } from "./page.ts";
import { problemTypes } from "./problem-types.ts";

const entries = Object.entries(problemTypes).map(
  ([code, { status, title, detail }]) => `<h2 id="${code}">${code}</h2>\n<p>${status} ${title}. ${detail}</p>`,
);

const certainties = [...answers, ...Object.values(failures)].map(
  ({ ending, carriedOut, because }) => `<tr><td>${ending}</td><td>${carriedOut}</td><td>${because}</td></tr>`,
);

/** The page that a problem's `type` leads to. */
export const problemPage = page(
  "Problems",
  `<p>Every error of this API is application/problem+json (RFC 9457). Tell problems apart by <code>code</code>.
<code>errors</code> lists the faults of a request by part and JSON pointer, at most 50 of them; <code>moreErrors</code> counts
the rest. <code>upstream</code> holds the studio system's own code and trace id. A text that would be too long ends in "…".
<code>upstream-refused</code> has the status and the words of the studio's system, 409 or another 4xx. <code>"outcome": "unknown"</code> means that a write may have been carried out: read before sending it again.
Quote <code>instance</code> when asking the operator.</p>
${entries.join("\n")}
<h1 id="writes">When a write was carried out</h1>
<p>The studio's system knows no idempotency. A write is sent again only where it was certainly not carried out. A change of a
contract that may have been is settled by reading the contract back, before the answer; a change of data is when the request
comes again with the same Idempotency-Key. Values are compared by what they mean, as the studio may write them in its own way.
A write is sent again only if half a minute after it was sent the data shows nothing of the kind. A pending change that differs,
a cancelation to another date, a change that applies at once, or an amendment taken back cannot be confirmed by reading: it is
not sent again under the same key, and the problem says what the data shows.</p>
<table>
<tr><th>the studio's system</th><th>carried out</th><th>because</th></tr>
${certainties.join("\n")}
</table>`,
);
