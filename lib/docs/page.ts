import { createHash } from "node:crypto";
import { escaped } from "#lib/html.ts";
import { securityHeaders } from "#lib/http/answer-headers.ts";
import type { Language } from "#lib/problems/language.ts";
import { document } from "./document.ts";

const style = `:root{color-scheme:light dark;font:1rem/1.6 system-ui,sans-serif}
html{background:light-dark(#fff,#16191c);color:light-dark(#16191c,#e6e8ea)}
body{max-width:46rem;margin:0 auto;padding:1rem}
[aria-current]{font-weight:600;text-decoration:none}
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

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b57b0"/><path d="M5 13v6M9 10v12M9 16h14M23 10v12M27 13v6" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>',
)}`;

/** The pages, by their paths. */
const pages = {
  "/docs": "Reference",
  "/docs/start": "Start",
  "/docs/cancel": "Cancel a contract",
  "/docs/changes": "Change a member's data",
  "/docs/pauses": "Pauses",
  "/docs/add-ons": "Add-ons",
  "/docs/withdrawal": "Statutory withdrawal",
  "/docs/retry": "Errors",
  "/docs/problems": "Problems",
  "/docs/events": "Events",
  "/openapi.json": "OpenAPI",
  "/collection.json": "Collection",
};

interface PageOptions {
  /** @default en */
  readonly language?: Language;
  /** For the page's head, as HTML. */
  readonly head?: string;
  /** The element around the content. @default main */
  readonly landmark?: "main" | "div";
  /** What the Content-Security-Policy allows besides the style above. */
  readonly allows?: readonly string[];
}

/** A Lambda that serves one page, `content` as HTML. Unless `allows` says otherwise, it loads nothing and runs no script. */
export const page = (
  title: string,
  content: string,
  { language = "en", head = "", landmark = "main", allows = [] }: PageOptions = {},
) =>
  document(
    {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "content-security-policy": [
        securityHeaders["content-security-policy"],
        `style-src 'sha256-${styleHash}' 'self'`,
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        ...allows,
      ].join("; "),
    },
    `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} · PerfectGym gateway</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
${head}
<nav aria-label="Documents">${Object.entries(pages)
      .map(([path, name]) => `<a href="${path}"${name === title ? ' aria-current="page"' : ""}>${name}</a>`)
      .join("")}</nav>
<${landmark}>
<h1>${escaped(title)}</h1>
${content}
</${landmark}>
</html>
`,
  );
