import type { HttpAnswer, HttpEvent } from "#lib/http/serving.ts";
import * as addOns from "../../docs/guides/add-ons.md";
import * as cancel from "../../docs/guides/cancel.md";
import * as changes from "../../docs/guides/changes.md";
import * as pauses from "../../docs/guides/pauses.md";
import * as retry from "../../docs/guides/retry.md";
import * as start from "../../docs/guides/start.md";
import * as withdrawal from "../../docs/guides/withdrawal.md";
import type { Document } from "./document.ts";
import { page } from "./page.ts";

const guides = { start, cancel, changes, pauses, "add-ons": addOns, withdrawal, retry };

const pages: ReadonlyMap<string, Document> = new Map(
  Object.entries(guides).map(([name, { title, html }]) => [`/docs/${name}`, page(title, html)]),
);

const missing = page("Not found", "<p>There is no such page. The links above lead to all there are.</p>");

/** Serves one guide by its path. */
export const serveGuide = async (event: HttpEvent): Promise<HttpAnswer> => {
  const guide = pages.get(event.rawPath);
  return guide ? guide(event) : { ...(await missing({ headers: {} })), statusCode: 404 };
};
