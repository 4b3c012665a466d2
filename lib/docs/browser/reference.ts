import { keepDigits } from "./int64.ts";
import { plugin } from "./plugin.ts";

/** What Swagger UI sends. `loadSpec`: it reads the OpenAPI document. */
interface Sent {
  readonly method?: string;
  readonly loadSpec?: boolean;
  readonly headers: Record<string, string>;
}

declare const SwaggerUIBundle: (options: object) => unknown;

/** The tab remembers the token, so that a reload does not lose it. */
const remembered = "token";

const offerToken = (): void => {
  const field = document.querySelector<HTMLInputElement>("#token");
  if (!field) return;
  field.value = sessionStorage.getItem(remembered) ?? "";
  field.addEventListener("input", () => sessionStorage.setItem(remembered, field.value.trim()));
};

const followDarkMode = (): void => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
};

const complete = (request: Sent): Sent => {
  const { method, loadSpec, headers } = request;
  if (loadSpec) return request;
  const token = sessionStorage.getItem(remembered);
  if (token) headers["Authorization"] = `Bearer ${token}`;
  // A check ignores the key.
  if (method !== "GET") headers["Idempotency-Key"] ??= `"${crypto.randomUUID()}"`;
  return request;
};

/** Names for what Swagger UI leaves without one, and a place in the order of the keyboard for what scrolls. */
const nameAll = (): void => {
  const names = { "textarea:not([aria-label])": "Body", "select:not([aria-label])": "Media type or value" };
  for (const [selector, name] of Object.entries(names))
    for (const each of document.querySelectorAll(`#reference ${selector}`)) each.setAttribute("aria-label", name);
  for (const each of document.querySelectorAll<HTMLElement>("#reference pre:not([tabindex])")) each.tabIndex = 0;
};

const reference = document.querySelector("#reference");
if (reference) new MutationObserver(nameAll).observe(reference, { childList: true, subtree: true });
keepDigits();
offerToken();
followDarkMode();
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: -1,
  filter: true,
  syntaxHighlight: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: complete,
  plugins: [plugin],
});
