/** What may stand before the root element of an XML document. */
const prologue = [
  ["<?", "?>"],
  ["<!--", "-->"],
  ["<!DOCTYPE", ">"],
] as const;

/**
 * Base64 as RFC 4648 writes it: without the prefix of a data URL of an SVG and without line breaks, with the usual
 * alphabet and its padding. What is no base64 stays as it is.
 */
export const plainBase64 = (text: string): string => {
  const bare = text.replace(/[\s\p{Cf}]+/gu, "").replace(/^data:image\/svg\+xml(?:;[\w.=-]+){0,9};base64,/i, "");
  return isBase64(bare) ? Buffer.from(bare, "base64").toString("base64") : bare;
};

const isBase64 = (text: string): boolean => /^[\w+/-]+={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;

/** Whether it is the base64 of a whole SVG document. Its drawing is not judged. */
export const isBase64Svg = (text: string): boolean => isBase64(text) && isSvg(textIn(Buffer.from(text, "base64")));

const textIn = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return ""; // no text: an image of another kind
  }
};

const isSvg = (xml: string): boolean => {
  const root = withoutPrologue(xml.trimStart());
  const [, name] = /^<((?:[\w-]+:)?svg)(?=[\s/>])/.exec(root) ?? [];
  if (name === undefined) return false;
  const closing = root.slice(root.lastIndexOf(`</${name}`));
  return /^<\/[\w:-]+\s*>/.test(closing) || /^<[^<>]*\/>\s*$/.test(root);
};

/** One piece at a time: an expression for all of them would take ages on some texts. */
const withoutPrologue = (xml: string): string => {
  let rest = xml;
  for (;;) {
    const [open, close] = prologue.find(([start]) => rest.startsWith(start)) ?? [];
    if (!open) return rest;
    const end = rest.indexOf(close, open.length);
    if (end < 0) return "";
    rest = rest.slice(end + close.length).trimStart();
  }
};
