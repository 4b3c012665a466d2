/** What may come before the root element of an XML document. */
const prologue = [
  ["<?", "?>"],
  ["<!--", "-->"],
  ["<!DOCTYPE", ">"],
] as const;

/** A data URL of an SVG (RFC 2397). Some programs escape its text, others do not. */
const dataUrl = /^data:image\/svg\+xml((?:;[\w.="-]{1,40}){0,9}),/i;

/**
 * Base64 as in RFC 4648: without line breaks, with the usual alphabet and padding. A data URL of an SVG becomes the
 * base64 of its document, without the prefix. Other text stays as it is.
 */
export const plainBase64 = (text: string): string => {
  const trimmed = text.replace(/^[\s\p{Cf}]+/u, "");
  const [prefix = "", parameters = ""] = dataUrl.exec(trimmed) ?? [];
  const data = trimmed.slice(prefix.length);
  if (prefix !== "" && !/;base64$/i.test(parameters)) return Buffer.from(unescaped(data)).toString("base64");
  const bare = data.replace(/[\s\p{Cf}]+/gu, "");
  return isBase64(bare) ? Buffer.from(bare, "base64").toString("base64") : bare;
};

/** Text that is not escaped stays as it is. A drawing may have a `%` of its own. */
const unescaped = (data: string): string => {
  try {
    return decodeURIComponent(data);
  } catch {
    return data; // `isBase64Svg` checks the document
  }
};

const isBase64 = (text: string): boolean => /^[\w+/-]+={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;

/** Whether the text is the base64 of a whole SVG document. The drawing is not checked. */
export const isBase64Svg = (text: string): boolean => isBase64(text) && isSvg(textIn(Buffer.from(text, "base64")));

const textIn = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return ""; // not text: an image of another kind
  }
};

const isSvg = (xml: string): boolean => {
  const root = withoutPrologue(xml.trimStart());
  const [, name] = /^<((?:[\w-]+:)?svg)(?=[\s/>])/.exec(root) ?? [];
  if (name === undefined) return false;
  const closing = root.slice(root.lastIndexOf(`</${name}`));
  return /^<\/[\w:-]+\s*>/.test(closing) || /^<[^<>]*\/>\s*$/.test(root);
};

/** Removes one piece at a time. One regular expression for all of them would be very slow on some texts. */
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
