import { createHash } from "node:crypto";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { escaped } from "#lib/html.ts";
import { securityHeaders } from "#lib/http/answer-headers.ts";
import type { Language } from "#lib/problems/language.ts";

const style = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}
html{background:light-dark(#fff,#16191c);color:light-dark(#16191c,#e6e8ea)}
body{max-width:46rem;margin:0 auto;padding:1rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
h1,h2,h3{line-height:1.25;margin-top:2rem}
h2,h3,td,p,li{overflow-wrap:anywhere}
a{color:light-dark(#0b57b0,#8ab8ff)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid;outline-offset:2px}
code,pre{font:.9em ui-monospace,monospace;background:light-dark(#f1f3f5,#24292e)}
code{padding:.1em .25em}
pre{padding:1rem;overflow-x:auto}
pre code{padding:0}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid light-dark(#c4c9cf,#4a5058);padding:.4rem .6rem;text-align:left;vertical-align:top}
dt{font-weight:600}
dd{margin:0 0 .75rem}`;

const styleHash = createHash("sha256").update(style).digest("base64");

/** A Lambda that serves one document, public and the same for everyone. */
const document =
  (headers: Readonly<Record<string, string>>, body: string) =>
  async (): Promise<APIGatewayProxyStructuredResultV2> => ({
    statusCode: 200,
    headers: { ...securityHeaders, "cache-control": "public, max-age=3600", ...headers },
    body,
  });

/** A Lambda that serves a JSON document. */
export const jsonDocument = (value: object) => document({ "content-type": "application/json" }, JSON.stringify(value));

/** The pages, by their paths. */
const pages = { "/docs": "Start", "/docs/problems": "Problems", "/docs/events": "Events", "/openapi.json": "OpenAPI" };

/** A Lambda that serves one page, `content` as HTML. It runs no script, and its only style is the one above. */
export const page = (title: string, content: string, language: Language = "en") =>
  document(
    {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "content-security-policy": `${securityHeaders["content-security-policy"]}; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`,
    },
    `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
<nav aria-label="Documents">${Object.entries(pages)
      .map(([path, name]) => `<a href="${path}">${name}</a>`)
      .join("")}</nav>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</html>
`,
  );
