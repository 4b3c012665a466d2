import { path as style } from "asset:./browser/reference.css";
import { path as script } from "asset:./browser/reference.ts";
import { path as licence } from "asset:swagger-ui-dist/LICENSE";
import { path as swaggerUi } from "asset:swagger-ui-dist/swagger-ui-bundle.js";
import { page } from "./page.ts";

/** The page that a partner developer begins with: every operation, and a form to try it. */
export const referencePage = page(
  "Reference",
  `<p>Partner apps serve a gym's members through this API. Paths, fields and answers are those of PerfectGym's Open API.
New here? Begin with <a href="/docs/start">Start</a>.</p>
<p>To try an operation, paste an <label for="token">access token</label>. It is sent only to this API, and your browser forgets it
when you close the tab. A write changes real data, unless you are on your laptop. If you leave its
<code>Idempotency-Key</code> empty, each click sends a new one.</p>
<p><input id="token" type="password" autocomplete="off" spellcheck="false" placeholder="eyJ…"></p>
<h2>Operations</h2>
<div id="reference"><p>The reference needs JavaScript. <a href="/openapi.json">/openapi.json</a> has the same content.</p></div>
<p><small>Rendered by Swagger UI, under the <a href="${licence}">Apache License</a>.</small></p>`,
  {
    head: `<link rel="stylesheet" href="${style}">
<script src="${swaggerUi}" defer></script>
<script src="${script}" defer></script>`,
    // Swagger UI has a main of its own.
    landmark: "div",
    allows: ["script-src 'self'", "connect-src 'self'"],
  },
);
