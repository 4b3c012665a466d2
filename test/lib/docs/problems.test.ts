import { describe, expect, test } from "vitest";
import { handler } from "#functions/docs/get-problems.ts";
import { inEnglish } from "#lib/docs/problems-in-english.ts";
import { inGerman } from "#lib/docs/problems-in-german.ts";
import { type ProblemCode, problemTypes } from "#lib/problems/types.ts";

const codes = Object.keys(problemTypes) as ProblemCode[];

const open = async (acceptLanguage?: string, lang?: string) => {
  const { headers = {}, body = "" } = await handler({
    headers: { "accept-language": acceptLanguage },
    queryStringParameters: lang === undefined ? null : { lang },
  });
  return { headers, html: body };
};

/** As a browser shows it. */
const textOf = (html: string): string =>
  html
    .replace(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** From the heading of a problem to the next heading. */
const sectionOf = (html: string, code: string): string => {
  const [, section = ""] = new RegExp(`<h2 id="${code}">(.*?)<h2 `, "s").exec(html) ?? [];
  return section;
};

const languages = { en: inEnglish, de: inGerman };

describe.each(["en", "de"] as const)("the page of problems in %s", (language) => {
  test.each(codes)("explains %s", async (code) => {
    const { html } = await open(language);
    const text = textOf(sectionOf(html, code));
    const { status, title, detail } = problemTypes[code];
    expect(text).toContain(`${status} ${title[language]}.`);
    for (const part of [...Object.values(languages[language][code]), detail[language]])
      expect(text).toContain(part.replaceAll("`", ""));
  });

  test("says its language, and links only to sections that it has", async () => {
    const { html, headers } = await open(language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(headers).toMatchObject({ "content-language": language, vary: "accept-encoding, accept-language" });
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(targets)).toEqual(new Set(["all", ...codes]));
    expect(ids).toEqual(expect.arrayContaining(targets));
  });
});

test.each([
  [undefined, undefined, "en"],
  ["fr, de;q=0.5", undefined, "de"],
  ["de", "en", "en"],
  ["en", "de", "de"],
  ["de", "fr", "de"],
])("Accept-Language %j and ?lang=%s get the page in %s", async (acceptLanguage, lang, language) => {
  expect((await open(acceptLanguage, lang)).headers["content-language"]).toBe(language);
});

test("a code that a text names is one of the list", () => {
  const words = Object.values(languages).flatMap((texts) =>
    Object.values(texts).flatMap((each) => Object.values(each)),
  );
  const named = words.flatMap((text) => [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(5);
  expect(codes).toEqual(expect.arrayContaining(named));
});
