import { expect, test } from "vitest";
import { preferredLanguage } from "#lib/problems/language.ts";

test.each([
  [undefined, "en"],
  ["", "en"],
  ["de", "de"],
  ["DE", "de"],
  ["de-AT", "de"],
  ["de-CH-1996, fr", "de"],
  ["en-GB, de", "en"],
  ["fr", "en"],
  ["fr, de;q=0.1", "de"],
  ["en;q=0.5, de;q=0.8", "de"],
  ["de;q=0.8, en", "en"],
  ["de;q=0.5, en;q=0.5", "de"],
  ["de ; q=1.000, en", "de"],
  ["de;Q=0.9, en;q=0.8", "de"],
  ["\tde", "de"],
  ["*", "en"],
  ["*, de;q=0.5", "de"],
  ["*, en;q=0", "de"],
  ["en;q=0", "de"],
  ["de;q=0", "en"],
  ["de;q=0, en;q=0", "en"],
  ["de-CH;q=0, de", "de"],
  ["de;q=1.5, en;q=0.1", "en"],
  ["de;level=1, en;q=0.1", "en"],
  ["german, en;q=0", "de"],
  ["den, dean", "en"],
  ["de_DE", "en"],
  [",,de,", "de"],
])("Accept-Language %j asks for %s", (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});

test("a header as long as Node takes one is read in an instant", () => {
  const start = performance.now();
  for (const part of ["de-", "de ", "de;q=0.", "a-a-", ",", "; "]) preferredLanguage(part.repeat(16_384 / part.length));
  expect(performance.now() - start).toBeLessThan(5_000);
});
