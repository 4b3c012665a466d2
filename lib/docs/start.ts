import { escaped } from "#lib/html.ts";
import { catalog } from "#lib/operations/catalog.ts";
import { isWrite } from "#lib/operations/operation.ts";
import { page } from "./page.ts";

const code = (text: string): string => `<pre tabindex="0"><code>${escaped(text)}</code></pre>`;

const rows = Object.values(catalog)
  .flat()
  .map(
    (operation) =>
      `<tr><td>${escaped(operation.summary)}</td><td><code>${operation.method} ${escaped(operation.path)}</code></td>` +
      `<td><code>perfectgym/${operation.scope ?? ""}</code></td><td>${isWrite(operation) ? "yes" : ""}</td></tr>`,
  );

/** The page that a partner developer begins with. */
export const startPage = page(
  "PerfectGym gateway",
  `<p>Partner apps serve a gym's members through this API. Paths, fields and answers are those of PerfectGym's Open API. Every body,
answer and problem is in <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1), for your editor or client generator.</p>
<h2 id="token">Get a token</h2>
<p>The operator of this gateway gives you a client id and a secret. Keep the secret on your own server. A token is valid for a few
minutes: ask for a new one when it expires. The token endpoint of this gateway is in the security scheme of
<a href="/openapi.json">/openapi.json</a>.</p>
${code(`TOKEN=$(curl -s -u "$CLIENT_ID:$CLIENT_SECRET" $TOKEN_ENDPOINT -d grant_type=client_credentials | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')`)}
<h2 id="first-call">First call</h2>
${code(`curl -s $API/v1/memberships/$CUSTOMER_ID/self-service/contract-data -H "authorization: Bearer $TOKEN"`)}
<p>In TypeScript:</p>
${code(`const response = await fetch(\`\${api}/v1/memberships/\${customerId}/self-service/contract-data\`, {
  headers: { authorization: \`Bearer \${token}\` },
});
const body = await response.json();
if (!response.ok) throw new Error(\`\${body.code}: \${body.detail}\`);`)}
<p>In Python:</p>
${code(`import json, urllib.request

request = urllib.request.Request(
    f"{api}/v1/memberships/{customer_id}/self-service/contract-data",
    headers={"authorization": f"Bearer {token}"},
)
contracts = json.load(urllib.request.urlopen(request))`)}
<p>Ids are int64. JavaScript loses the last digits of ids above 2<sup>53</sup>, so use a JSON parser that keeps them.</p>
<h2 id="write">Change something safely</h2>
<ol>
<li>Make a random UUID for each thing that the member wants, and store it before you send the request.</li>
<li>Send it as <code>Idempotency-Key</code> with the write.</li>
<li>If no answer comes, or one with <code>"outcome":"unknown"</code>, send the same request with the same key, after the seconds in
<code>Retry-After</code> if there is that header. It is never carried out twice.</li>
<li>Store the <code>receipt</code> of a cancelation and give it to the member: it says what was received, and when.</li>
</ol>
${code(`curl -s $API/v1/memberships/$CUSTOMER_ID/self-service/ordinary-contract-cancelation -H "authorization: Bearer $TOKEN" \\
  -H "idempotency-key: \\"$(uuidgen)\\"" -H 'content-type: application/json' \\
  -d '{"contractId":1000,"cancelationDate":"2027-01-31","cancelationReasonId":1001}'`)}
<p>A change of a member's data may wait for the studio. The read of the same data then shows it as <code>pendingAmendment</code>, and
<code>DELETE …/amendment/{amendmentId}</code> takes it back.</p>
<h2 id="errors">Errors</h2>
<p>Every error is a <a href="/docs/problems">problem</a> with a stable <code>code</code>. What a member should see is up to your app:
<code>detail</code> is for developers, except in <code>upstream-refused</code>, where it is the studio's own text in the language of
<code>Accept-Language</code>.</p>
<h2 id="operations">Operations</h2>
<p>A write takes an <code>Idempotency-Key</code>.</p>
<table>
<tr><th>what</th><th>request</th><th>scope</th><th>write</th></tr>
${rows.join("\n")}
</table>
<p>The gateway also publishes <a href="/docs/events">events</a>: what apps changed, and reminders of deadlines.</p>`,
);
