import { expect, test } from "vitest";
import { preferredType } from "#lib/http/media-type.ts";

const [json, html, plain] = ["application/json", "text/html", "text/plain"] as const;

test.each([
  ["", json],
  ["*/*", json],
  [json, json],
  ["application/*", json],
  [html, html],
  ["TEXT/HTML;charset=utf-8", html],
  ["text/plain", plain],
  ["text/*", html],
  // As browsers send it when a person opens a page.
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", html],
  ["text/plain;q=0.9, text/html;q=0.2", plain],
  ["text/plain ; Q=0.5 , application/json;q=0.4", plain],
  ["text/html, application/json", json],
  ["text/*;q=0.9, text/html;q=0.1, */*;q=0.2", plain],
  ["*/*, application/json;q=0", html],
  ["text/html;q=0, text/plain;q=0.001", plain],
  // Nothing offered, and nothing well-formed.
  ["image/png", json],
  ["text/html;q=2", json],
  ["text/html;q=", json],
  [",;,/", json],
])("of %j chooses %s", (accept, wanted) => {
  expect(preferredType(accept, [json, html, plain])).toBe(wanted);
});
