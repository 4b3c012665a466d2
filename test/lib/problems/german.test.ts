import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inGerman } from "#lib/problems/german.ts";

/** Of a fault, as the schemas and checks write it in the code. */
const faultTexts =
  /(["`])((?:must|is (?:required|an? unknown|only|not)|has|appears) [^"`]+|is required|appears more than once)\1/g;
const refusals = /RequestRefused\(\s*"forbidden",\s*(["`])([^"`]+)\1/g;

/** Faults of a direct invocation's event: whoever invokes reads them in Lambda's own error, not in a problem. */
const ofInvocations = ["must not be longer than 255 characters"];

/** Of the upstream's answers, which no caller sends. */
const ofAnswers = ["must be an int64"];

const sources = ["lib/operations/*.ts", "lib/http/*.ts", "lib/writes/*.ts"].flatMap((each) => globSync(each));

const textsIn = (file: string): readonly string[] => {
  const source = readFileSync(file, "utf8");
  return [faultTexts, refusals].flatMap((pattern) =>
    [...source.matchAll(pattern)].map(([, , text = ""]) => text.replace(/\$\{[^}]+\}+/g, "x")),
  );
};

test("every fault and every refusal in the code has a German text", () => {
  const texts = new Set(sources.flatMap(textsIn));
  expect(texts.size).toBeGreaterThan(60);
  const missing = [...texts].filter((text) => inGerman(text) === undefined);
  expect(missing.sort()).toEqual([...ofInvocations, ...ofAnswers].sort());
});

test("a text with a part that differs keeps that part", () => {
  expect(inGerman("must be one of MALE, FEMALE, UNISEX")).toBe("muss einer dieser Werte sein: MALE, FEMALE, UNISEX");
  expect(inGerman("must be at most 65536 bytes")).toBe("darf höchstens 65536 Byte groß sein");
  expect(inGerman("must be at most 2147483647")).toBe("darf höchstens 2147483647 sein");
  expect(inGerman("constructor")).toBeUndefined();
});
