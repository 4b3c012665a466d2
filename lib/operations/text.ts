/** The line ends of every system, and Unicode's two. */
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/** Everything that looks like a space within a line: tabs, spaces of any width, the Hangul filler. */
const blanks = /[\t\p{Zs}\u3164\uffa0]/gu;

/**
 * Characters that are invisible and change no word: byte order mark, zero-width space, soft hyphen, tags. Direction
 * marks too: they come with text copied from a page, and Hebrew and Arabic letters keep their order without them.
 */
const invisible = /[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Joiners and variation selectors belong to a word in Persian, in Indic scripts, in Japanese names and in emoji. After
 * a Latin, Greek or Cyrillic letter, a digit or a space they mean nothing. Marks may be between a letter and its joiner.
 */
const idleJoiners =
  /(?<![[\p{L}\p{Extended_Pictographic}]--[\p{Default_Ignorable_Code_Point}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]]\p{M}{0,8})\p{Default_Ignorable_Code_Point}/gv;

/** Text as its writer sees it, in NFC: without invisible characters, with plain spaces inside and none around. */
export const tidy = (text: string): string =>
  text
    .replace(invisible, "")
    .replace(lineEnds, "\n")
    .replace(blanks, " ")
    .replace(idleJoiners, "")
    .normalize("NFC")
    .trim();

/** Whether a text has a visible character. */
export const isVisible = (text: string): boolean =>
  /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);

/**
 * A code such as an IBAN, in upper case, without the spaces, hyphens and dots that group it. Only a to z change:
 * Unicode's rules would also turn a Kelvin sign or a dotless i into a plain letter, and so make another code.
 */
export const compact = (text: string): string =>
  text
    .replace(/[\s\u0085\u2212.\p{Pd}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/[a-z]+/g, (letters) => letters.toUpperCase());

/** Whether a code that `compact` made has only the characters of IBANs, BICs and country codes. */
export const isPlain = (code: string): boolean => /^[A-Z0-9]*$/.test(code);

export const foreignLetters =
  "must be written in the letters A to Z and the digits 0 to 9: letters of other alphabets may look the same";
