/** German for the texts of faults and refusals, by the English that the schemas and checks give. */
const texts: Readonly<Record<string, string>> = {
  "is required": "fehlt",
  "is required: send a JSON object": "fehlt: Senden Sie ein JSON-Objekt",
  "is required, because the token allows several studios": "fehlt. Das Token gilt für mehrere Studios",
  "is required: the studio has no default for it": "fehlt: Das Studio hat dafür keine Vorgabe",
  "is required with temporalUnit": "fehlt. Es gehört zu temporalUnit",
  "is required with termValue": "fehlt. Es gehört zu termValue",
  "is required with termValue, unless unlimited is true":
    "fehlt. Es gehört zu termValue und entfällt nur, wenn unlimited true ist",
  "is an unknown field": "ist ein unbekanntes Feld",
  "is an unknown part": "ist ein unbekannter Teil",
  "is an unknown parameter: this operation takes no query":
    "ist ein unbekannter Parameter: Dieser Vorgang hat keine Parameter in der URL",
  "has a part without a name": "enthält einen Teil ohne Namen",
  "appears more than once": "kommt mehrmals vor",
  "is not well-formed JSON in UTF-8": "ist kein gültiges JSON in UTF-8",
  "must be a JSON object, not null": "muss ein JSON-Objekt sein, nicht null",
  "must be left out: this operation takes no body": "muss entfallen: Dieser Vorgang nimmt keinen Inhalt an",
  "must be left out: this operation takes no document": "muss entfallen: Dieser Vorgang nimmt kein Dokument an",
  "must be left out if there is a term (temporalUnit and termValue)":
    "muss entfallen, wenn eine Dauer (temporalUnit und termValue) angegeben ist",
  "must be left out if unlimited is true": "muss entfallen, wenn unlimited true ist",
  "must not be true if there is a term (temporalUnit and termValue)":
    "darf nicht true sein, wenn eine Dauer (temporalUnit und termValue) angegeben ist",
  "is only shown by a read: leave it out. To change what is pending, withdraw that first":
    "wird nur beim Lesen angezeigt: Lassen Sie es weg. Um eine ausstehende Änderung zu ändern, nehmen Sie diese zuerst zurück",
  "must name at least one field to change": "muss mindestens ein Feld enthalten, das geändert werden soll",
  "must not be empty": "darf nicht leer sein",
  "must be a positive whole number in digits, without leading zeros":
    "muss eine positive ganze Zahl in Ziffern sein, ohne führende Nullen",
  "must not be larger than 9223372036854775807": "darf nicht größer sein als 9223372036854775807",
  "must be a positive whole number of at most 9223372036854775807, not in quotes":
    "muss eine positive ganze Zahl bis 9223372036854775807 sein, ohne Anführungszeichen",
  "must be a whole number": "muss eine ganze Zahl sein",
  "must be at least 1": "muss mindestens 1 sein",
  "must be a real calendar date written YYYY-MM-DD": "muss ein gültiges Datum in der Form JJJJ-MM-TT sein",
  "must not be after today": "darf nicht in der Zukunft liegen",
  "must be the two-letter code of a country of today, such as DE for Germany":
    "muss der Code eines heutigen Landes aus zwei Buchstaben sein, zum Beispiel DE für Deutschland",
  "must be the two-letter code of a country, such as DE for Germany":
    "muss der Code eines Landes aus zwei Buchstaben sein, zum Beispiel DE für Deutschland",
  "must not be longer than 4000 characters": "darf höchstens 4000 Zeichen lang sein",
  "has half a character in it (a lone surrogate)": "enthält ein halbes Zeichen (ein einzelnes Surrogat)",
  "must be one line, without a line break in it": "muss in einer Zeile stehen, ohne Zeilenumbruch",
  "must not contain control characters": "darf keine Steuerzeichen enthalten",
  "must be written in the letters A to Z and the digits 0 to 9: letters of other alphabets may look the same":
    "darf nur die Buchstaben A bis Z und die Ziffern 0 bis 9 enthalten: Buchstaben anderer Alphabete können gleich aussehen",
  "must be a phone number, with a digit in it": "muss eine Telefonnummer mit mindestens einer Ziffer sein",
  "must be one e-mail address such as robin@example.com":
    "muss genau eine E-Mail-Adresse sein, zum Beispiel robin@example.com",
  "must be an IBAN such as DE91 1000 0000 0123 4567 89":
    "muss eine IBAN sein, zum Beispiel DE91 1000 0000 0123 4567 89",
  "must be an IBAN, which begins with a country such as DE":
    "muss eine IBAN sein. Eine IBAN beginnt mit einem Ländercode wie DE",
  "must be an IBAN: a letter is in it where its country has a digit, or the other way round":
    "muss eine IBAN sein: An einer Stelle steht ein Buchstabe statt einer Ziffer oder umgekehrt",
  "must be an IBAN, but its check digits do not fit: a character is wrong, or two have changed places":
    "muss eine IBAN sein. Die Prüfziffern passen nicht: Ein Zeichen ist falsch, oder zwei sind vertauscht",
  "must be a BIC of 8 or 11 characters, such as DEUTDEFF":
    "muss ein BIC aus 8 oder 11 Zeichen sein, zum Beispiel DEUTDEFF",
  "must be a BIC such as DEUTDEFF: four letters or digits, then a country, then the place":
    "muss ein BIC wie DEUTDEFF sein: vier Buchstaben oder Ziffern, dann das Land, dann der Ort",
  "must be an SVG document in base64, as a signature pad writes it":
    "muss ein SVG-Dokument in base64 sein, wie ein Unterschriftenfeld es erzeugt",
  "must be in base64 (RFC 4648, 4), with its padding and without line breaks":
    "muss base64 sein (RFC 4648, 4), mit Auffüllzeichen und ohne Zeilenumbrüche",
  "must name the boundary of the form": "muss die Trennlinie (boundary) des Formulars nennen",
  "must be a complete form with the parts data and document":
    "muss ein vollständiges Formular mit den Teilen data und document sein",
  "must have the content type application/json, in UTF-8": "muss den Inhaltstyp application/json haben, in UTF-8",
  "must be at most 255 printable ASCII characters": "darf höchstens 255 druckbare ASCII-Zeichen enthalten",
  "The token's client is not registered with this gateway.":
    "Der Client des Tokens ist bei diesem Gateway nicht registriert.",
  "The token does not have the required scope.": "Dem Token fehlt die nötige Berechtigung (Scope).",
  "The token's member claim is not a customer id.": "Der Claim des Tokens für das Mitglied ist keine Kundennummer.",
  "The token's client may not use this kind of token.":
    "Der Client des Tokens darf diese Art von Token nicht verwenden.",
  "A member's token requires a client with exactly one studio.":
    "Das Token eines Mitglieds setzt einen Client mit genau einem Studio voraus.",
  "The token does not allow access to this customer.": "Das Token erlaubt keinen Zugriff auf dieses Mitglied.",
  "The token does not allow access to this contract.": "Das Token erlaubt keinen Zugriff auf diesen Vertrag.",
  "The token does not allow access to this studio.": "Das Token erlaubt keinen Zugriff auf dieses Studio.",
};

/** Those with a part that differs. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/^must be of type (.+)$/, "muss vom Typ $1 sein"],
  [/^must be one of (.+)$/, "muss einer dieser Werte sein: $1"],
  [/^must be at most (\S+)$/, "darf höchstens $1 sein"],
  [/^must be at most (\S+) bytes$/, "darf höchstens $1 Byte groß sein"],
  [
    /^must be (\S+) to (\S+) printable ASCII characters, preferably a UUID in double quotes$/,
    "muss $1 bis $2 druckbare ASCII-Zeichen enthalten, am besten eine UUID in Anführungszeichen",
  ],
  [/^must be a file of one of these types: (.+)$/, "muss eine Datei eines dieser Typen sein: $1"],
  [/^must have a file name of at most (\S+) characters$/, "muss einen Dateinamen von höchstens $1 Zeichen haben"],
  [/^must be written as (\S+), without percent-encoding$/, "muss in der Form $1 stehen, ohne Prozentkodierung"],
  [
    /^must be an IBAN of (\S+) characters, as all of its country are$/,
    "muss eine IBAN aus $1 Zeichen sein, wie jede IBAN dieses Landes",
  ],
  [
    /^The token's claims (.+) and (.+) name different clients\.$/,
    "Die Claims $1 und $2 des Tokens nennen verschiedene Clients.",
  ],
  [
    /^The token names no client\. This gateway reads the claim (.+)\.$/,
    "Das Token nennt keinen Client. Dieses Gateway liest den Claim $1.",
  ],
];

/** The German text. Undefined if there is none: a test looks for such texts in the code. */
export const inGerman = (english: string): string | undefined => {
  if (Object.hasOwn(texts, english)) return texts[english];
  const [pattern, german = ""] = patterns.find(([each]) => each.test(english)) ?? [];
  return pattern && english.replace(pattern, german);
};
