import { escaped } from "#lib/html.ts";
import { endings } from "#lib/perfectgym/endings.ts";
import { isLanguage, type Language, preferredLanguage } from "#lib/problems/language.ts";
import { type ProblemCode, problemTypes } from "#lib/problems/types.ts";
import type { Document } from "./document.ts";
import { page } from "./page.ts";
import { type Explanations, inEnglish } from "./problems-in-english.ts";
import { inGerman } from "./problems-in-german.ts";

/** What the page says besides the explanations. */
interface Words {
  readonly title: string;
  /** HTML: a link to the page in the other language. */
  readonly other: string;
  readonly intro: readonly string[];
  readonly all: string;
  readonly headings: Readonly<Record<keyof Explanations[ProblemCode], string>>;
  readonly detail: string;
  readonly onWrites: string;
}

const words: Readonly<Record<Language, Words>> = {
  en: {
    title: "Problems",
    other: `<a href="?lang=de" hreflang="de" lang="de">Deutsch</a>`,
    intro: [
      "Every error of this API's functions is application/problem+json (RFC 9457). Distinguish problems by `code`: it is the same in every language. `title`, `detail` and the texts of `errors` are in German or English, as `Accept-Language` asks, and `Content-Language` says which.",
      "`errors` lists the faults of a request, each with the part of the request and a JSON pointer. It lists at most 50; `moreErrors` is the number of the others. `upstream` has the error code and trace id of the studio's system. Long texts are cut and end in “…”.",
      "If a write gets no answer at all, or one without a `code`, such as API Gateway's own 500, 502, 503 or 504, then it may have been carried out: do what `outcome-unknown` says.",
      "If you contact the operator, give the number in `instance`.",
    ],
    all: "All problems",
    headings: {
      happened: "What happened",
      member: "What the member should see",
      next: "What the app does next",
      retry: "Whether a retry is safe",
    },
    detail: "What `detail` says, unless something more exact is known",
    onWrites: "",
  },
  de: {
    title: "Probleme",
    other: `<a href="?lang=en" hreflang="en" lang="en">English</a>`,
    intro: [
      "Jeder Fehler der Funktionen dieser API ist application/problem+json (RFC 9457). Unterscheiden Sie Probleme am `code`: Er ist in jeder Sprache gleich. `title`, `detail` und die Texte in `errors` sind deutsch oder englisch, je nach `Accept-Language`. `Content-Language` nennt die Sprache.",
      "`errors` nennt die Fehler einer Anfrage, jeden mit dem Teil der Anfrage und einem JSON-Pointer. Es sind höchstens 50; `moreErrors` ist die Zahl der übrigen. `upstream` enthält Fehlercode und Trace-Id des Systems des Studios. Lange Texte sind gekürzt und enden mit „…“.",
      "Wenn auf einen Auftrag gar keine Antwort kommt oder eine ohne `code`, zum Beispiel 500, 502, 503 oder 504 von API Gateway selbst, dann wurde er möglicherweise ausgeführt: Verfahren Sie wie bei `outcome-unknown`.",
      "Wenn Sie sich an den Betreiber wenden, nennen Sie die Nummer in `instance`.",
    ],
    all: "Alle Probleme",
    headings: {
      happened: "Was geschehen ist",
      member: "Was das Mitglied sehen soll",
      next: "Was die App als Nächstes tut",
      retry: "Ob eine Wiederholung gefahrlos ist",
    },
    detail: "Was in `detail` steht, wenn nichts Genaueres bekannt ist",
    onWrites: "<p>Den folgenden Abschnitt gibt es nur auf Englisch.</p>",
  },
};

const explanations: Readonly<Record<Language, Explanations>> = { en: inEnglish, de: inGerman };

const isCode = (text: string): text is ProblemCode => Object.hasOwn(problemTypes, text);

/** Text with code in backticks. Another problem's code is a link to it. */
const withCode = (text: string, here?: ProblemCode): string =>
  escaped(text).replace(/`([^`]+)`/g, (_, code: string) =>
    isCode(code) && code !== here ? `<a href="#${code}"><code>${code}</code></a>` : `<code>${code}</code>`,
  );

const codes = Object.keys(problemTypes).filter(isCode);

const entry = (code: ProblemCode, language: Language): string => {
  const { status, title, detail } = problemTypes[code];
  const { headings, detail: detailHeading, all } = words[language];
  const explained = explanations[language][code];
  const parts = (["happened", "member", "next", "retry"] as const).map(
    (part) => [headings[part], explained[part]] as const,
  );
  const rows = [...parts, [detailHeading, detail[language]] as const].map(
    ([term, text]) => `<dt>${withCode(term)}</dt><dd>${withCode(text, code)}</dd>`,
  );
  return `<h2 id="${code}">${code}</h2>
<p>${status} ${escaped(title[language])}. <a href="#all">${all}</a></p>
<dl>
${rows.join("\n")}
</dl>`;
};

const certainties = Object.values(endings).map(
  ({ observed, carriedOut, because }) =>
    `<tr><td>${escaped(observed)}</td><td>${carriedOut}</td><td>${escaped(because)}</td></tr>`,
);

const writes = `<h2 id="writes">When a write was carried out</h2>
<p>The studio's system does not support idempotency keys. Within one request, the gateway resends a write only if the first
attempt certainly was not carried out. If a cancelation or its withdrawal may have been carried out, the gateway reads the
contract before it answers. If a change of data may have been carried out, the gateway reads the data when you retry with the
same Idempotency-Key. It compares values by meaning, because a studio may store them in another spelling. A retry sends the
write again only if the data shows nothing like it about half a minute after the first attempt. Reading cannot confirm a pending
change with other values, a cancelation to another date, a change that applies at once, or a withdrawn amendment. Such a
write is not sent again under the same key, and the problem contains what the data shows.</p>
<table>
<tr><th>the studio's system</th><th>carried out</th><th>because</th></tr>
${certainties.join("\n")}
</table>`;

const pageIn = (language: Language) => {
  const { title, other, intro, all, onWrites } = words[language];
  const list = codes.map(
    (code) =>
      `<li><a href="#${code}"><code>${code}</code></a> ${problemTypes[code].status} ${escaped(problemTypes[code].title[language])}</li>`,
  );
  return page(
    title,
    `<p>${other}</p>
${intro.map((text) => `<p>${withCode(text)}</p>`).join("\n")}
<h2 id="all">${all}</h2>
<ul>
${list.join("\n")}
</ul>
${codes.map((code) => entry(code, language)).join("\n")}
${onWrites}
<section lang="en">
${writes}
</section>`,
    { language },
  );
};

const pages = { en: pageIn("en"), de: pageIn("de") };

/**
 * The page that a problem's `type` links to, with a section for each problem. `?lang=` chooses the language, otherwise
 * Accept-Language does.
 */
export const problemPage: Document = async (event) => {
  const wanted = event.queryStringParameters?.["lang"];
  const language = isLanguage(wanted) ? wanted : preferredLanguage(event.headers["accept-language"]);
  const answer = await pages[language](event);
  return { ...answer, headers: { ...answer.headers, vary: "accept-encoding, accept-language" } };
};
