import type { Explanations } from "./problems-in-english.ts";

const somethingWrong =
  "„Etwas ist schiefgegangen. Bitte wenden Sie sich an uns und nennen Sie diese Nummer:“ mit `instance`.";
const later = "„Das ist im Moment nicht möglich. Bitte versuchen Sie es später noch einmal.“";
const laterOrUnknown = `${later} Bei \`"outcome":"unknown"\` zeigen Sie stattdessen den Text von \`outcome-unknown\`.`;
const pauses = "zuerst nach einer Sekunde, dann jeweils nach der doppelten Zeit";
const retryOfCall =
  'Beim Lesen: gefahrlos. Bei einem Auftrag mit `Idempotency-Key`: gefahrlos mit demselben Schlüssel, denn er wird nie zweimal ausgeführt. Bei einem Auftrag ohne Schlüssel: nur wenn `outcome` fehlt, denn `"outcome":"unknown"` bedeutet, dass er möglicherweise ausgeführt wurde.';
const waitAndRetry =
  "Senden Sie dieselbe Anfrage nach so vielen Sekunden, wie in `Retry-After` steht, noch einmal, einen Auftrag mit demselben Schlüssel.";

export const inGerman: Explanations = {
  "request-invalid": {
    happened: "Pfad, Parameter, Header oder Inhalt der Anfrage sind fehlerhaft. An das Studio wurde nichts gesendet.",
    member: "Jeder Eintrag in `errors` nennt ein Feld. Zeigen Sie sein `detail` neben diesem Feld.",
    next: "Korrigieren Sie, was in `errors` steht: `in` ist der Teil der Anfrage, `pointer` ein JSON-Pointer in diesen Teil.",
    retry:
      "Gefahrlos, hilft aber nicht: Dieselbe Anfrage bekommt dieselbe Antwort. Die korrigierte Anfrage darf denselben Schlüssel haben.",
  },
  unauthenticated: {
    happened: "Die Anfrage hat kein gültiges Token: Es fehlt, ist abgelaufen oder gefälscht.",
    member:
      "Nichts, wenn ein neues Token hilft. Wenn das Mitglied sich selbst angemeldet hat: „Bitte melden Sie sich erneut an.“",
    next: "Holen Sie ein neues Token und senden Sie die Anfrage noch einmal. Wird sie wieder abgelehnt, prüfen Sie den Token-Endpunkt und die Kennung des Clients.",
    retry: "Mit einem neuen Token gefahrlos: Es wurde nichts ausgeführt. Mit demselben Token hilft es nicht.",
  },
  forbidden: {
    happened:
      "Das Token erlaubt diesen Vorgang, dieses Mitglied, diesen Vertrag oder dieses Studio nicht. In `detail` steht der Grund.",
    member: "„Das ist hier nicht möglich. Bitte wenden Sie sich an uns und nennen Sie diese Nummer:“ mit `instance`.",
    next: "Vergleichen Sie die Nummern in der Anfrage und `Studio-Id` mit dem, wofür das Token gilt. Scopes und Studios vergibt der Betreiber des Gateways.",
    retry:
      "Gefahrlos, hilft aber erst, wenn sich die Anfrage oder die Rechte der App ändern. Es wurde nichts ausgeführt.",
  },
  "not-found": {
    happened:
      "Es gibt keinen Vorgang mit diesem Pfad und dieser Methode. Wenn es das Mitglied oder den Vertrag nicht gibt, lautet das Problem `upstream-refused` oder `forbidden`.",
    member: somethingWrong,
    next: "Vergleichen Sie Pfad und Methode mit der Liste der Vorgänge. Das ist ein Fehler in der App.",
    retry: "Gefahrlos, hilft aber nicht.",
  },
  "body-too-large": {
    happened:
      "Der Inhalt ist größer als 64 KiB, bei Zahlungsdaten als 2 MiB. Oder ein Formular enthält ein Dokument von mehr als 4,5 MB. An das Studio wurde nichts gesendet.",
    member: "Bei einem Dokument: „Diese Datei ist zu groß. Bitte wählen Sie eine kleinere.“",
    next: "Senden Sie weniger, zum Beispiel ein Foto mit geringerer Auflösung. Bei einem Formular nennt `errors` den Teil, der zu groß ist.",
    retry: "Gefahrlos, hilft aber nur mit einem kleineren Inhalt. Dieser darf denselben Schlüssel haben.",
  },
  "media-type-unsupported": {
    happened:
      "Der Inhalt ist nicht als JSON gekennzeichnet, oder nicht als Formular, wenn der Vorgang ein Dokument annimmt. An das Studio wurde nichts gesendet.",
    member: somethingWrong,
    next: "Senden Sie `content-type: application/json` oder ein Formular. Das ist ein Fehler in der App.",
    retry: "Gefahrlos, hilft aber nicht. Die korrigierte Anfrage darf denselben Schlüssel haben.",
  },
  "idempotency-key-in-use": {
    happened: "Die erste Anfrage mit diesem Schlüssel wird noch bearbeitet. Diese zweite hat nichts bewirkt.",
    member: "„Wir bearbeiten Ihren Auftrag. Bitte warten Sie einen Moment.“",
    next: "Senden Sie dieselbe Anfrage nach so vielen Sekunden, wie in `Retry-After` steht, mit demselben Schlüssel noch einmal. Bilden Sie keinen neuen Schlüssel.",
    retry: "Mit demselben Schlüssel gefahrlos: Die Antwort ist die der ersten Anfrage.",
  },
  "idempotency-key-reused": {
    happened:
      "Dieser Schlüssel wurde in den letzten 24 Stunden mit einem anderen Inhalt, Dokument oder Studio verwendet. Diese Anfrage hat nichts bewirkt.",
    member: somethingWrong,
    next: "Bilden Sie für jeden Wunsch eines Mitglieds einen neuen Schlüssel, und speichern Sie ihn mit der Anfrage. Das ist ein Fehler in der App.",
    retry:
      "Gefahrlos, aber dieselbe Anfrage bekommt dieselbe Antwort. Mit einem neuen Schlüssel ist sie ein neuer Auftrag. Klären Sie also zuerst, was aus dem vorigen geworden ist.",
  },
  "amendment-pending": {
    happened:
      "Eine Änderung derselben Daten steht noch aus. Deshalb hat das System des Studios eine weitere abgelehnt.",
    member:
      "„Ihr Studio prüft noch eine frühere Änderung. Sie können diese zurücknehmen und dann eine neue vornehmen.“",
    next: "Warten Sie auf die Entscheidung des Studios. Oder lassen Sie das Mitglied die ausstehende Änderung zurücknehmen. Ihre Nummer steht in `pendingAmendmentId`, wenn es dieses Feld gibt.",
    retry:
      "Gefahrlos, hilft aber erst, wenn über die ausstehende Änderung entschieden oder sie zurückgenommen ist. Verwenden Sie dann einen neuen Schlüssel.",
  },
  "outcome-unknown": {
    happened:
      "Der Auftrag wurde möglicherweise ausgeführt. Es kam keine sichere Antwort, und auch durch Lesen der Daten ließ es sich nicht bestätigen.",
    member:
      "„Wir wissen noch nicht, ob Ihr Auftrag angekommen ist. Wir prüfen das. Bitte senden Sie ihn nicht noch einmal.“",
    next: "Mit `Retry-After`: Senden Sie dieselbe Anfrage nach dieser Zeit mit demselben Schlüssel noch einmal. Sonst lassen Sie einen Menschen die Daten ansehen: `pendingAmendmentId`, `cancelationStatus` und `cancelationDate` geben an, was sie zeigen.",
    retry:
      "Nur mit demselben `Idempotency-Key` gefahrlos: Das Gateway liest zuerst und führt den Auftrag nie zweimal aus. Ohne Schlüssel oder mit einem neuen wird er möglicherweise doppelt ausgeführt.",
  },
  "ledger-unavailable": {
    happened: "Das Gateway konnte den Auftrag nicht aufzeichnen und hat ihn deshalb mit dieser Anfrage nicht gesendet.",
    member: later,
    next: `${waitAndRetry} Warten Sie jedes Mal länger, wenn es wieder misslingt.`,
    retry:
      "Gefahrlos und meist erfolgreich. Behalten Sie den Schlüssel, wenn es einen gibt: Eine frühere Anfrage mit ihm kann den Auftrag ausgeführt haben.",
  },
  "too-many-requests": {
    happened:
      "Die App hat mehr Anfragen an diesen Vorgang gesendet, als ihre Grenze erlaubt. An das System des Studios wurde nichts gesendet.",
    member: "„Bitte versuchen Sie es gleich noch einmal.“",
    next: "Senden Sie dieselbe Anfrage nach so vielen Sekunden, wie in `Retry-After` steht, noch einmal. `RateLimit-Policy` nennt die Grenze und `RateLimit`, was davon übrig ist: Werden Sie langsamer, bevor sie erreicht ist.",
    retry:
      "Gefahrlos, ein Auftrag mit demselben Schlüssel. Es hilft nach so vielen Sekunden, wie in `Retry-After` steht.",
  },
  "upstream-refused": {
    happened:
      "Das System des Studios hat die Anfrage geprüft und abgelehnt, zum Beispiel weil der Vertrag schon gekündigt ist. Der Status ist seiner, etwa 400, 404 oder 409.",
    member:
      "`detail`, Wort für Wort: Das ist die Mitteilung des Systems des Studios, in der Sprache, die die App gewünscht hat.",
    next: "Zeigen Sie die Mitteilung, und lesen Sie die Daten neu, denn sie können sich geändert haben. Wenn `errors` ein Feld nennt, zeigen Sie die Mitteilung daneben. Für Programme nennt `upstream.errorCode` den Grund.",
    retry:
      "Gefahrlos, denn es wurde nichts geändert, hilft aber selten. Derselbe Schlüssel bekommt 24 Stunden lang diese Antwort. Ein neuer Versuch braucht also einen neuen Schlüssel.",
  },
  "upstream-forbidden": {
    happened: "Das System des Studios erlaubt dem Gateway nicht, diese Daten zu lesen oder zu ändern.",
    member: "„Ihr Studio erlaubt das hier nicht. Bitte wenden Sie sich an Ihr Studio.“",
    next: "Informieren Sie den Betreiber des Gateways, und nennen Sie die Nummer in `instance`. Nur das Studio oder der Betreiber kann das ändern.",
    retry: "Gefahrlos, hilft aber erst, wenn sie es geändert haben. Ein Auftrag braucht dann einen neuen Schlüssel.",
  },
  "upstream-rejected-key": {
    happened:
      "Das System des Studios hat den Schlüssel des Gateways abgelehnt. Es wurde nichts ausgeführt. Der Betreiber wird alarmiert.",
    member: later,
    next: "Warten Sie auf den Betreiber. Ein neues Token für die App hilft nicht.",
    retry:
      "Gefahrlos, ein Auftrag mit demselben Schlüssel. Es hilft, sobald der Betreiber den Schlüssel des Gateways korrigiert hat.",
  },
  "upstream-unavailable": {
    happened:
      "Das System des Studios ist gestört oder nicht erreichbar, oder etwas davor hat geantwortet. Beim Lesen hat das Gateway es schon bis zu dreimal versucht.",
    member: laterOrUnknown,
    next: `Versuchen Sie es einige Male: ${pauses}. Ein Auftrag behält seinen Schlüssel.`,
    retry: retryOfCall,
  },
  "upstream-unintelligible": {
    happened: "Das System des Studios hat eine ungültige Antwort gesendet.",
    member: laterOrUnknown,
    next: "Nennen Sie dem Betreiber die Nummer in `instance`. Versuchen Sie es später noch einmal. Ein Auftrag behält seinen Schlüssel.",
    retry: retryOfCall,
  },
  "upstream-busy": {
    happened: "Das System des Studios ist ausgelastet.",
    member: laterOrUnknown,
    next: waitAndRetry,
    retry: retryOfCall,
  },
  "studios-unavailable": {
    happened: "Das Gateway kann seine Konfiguration nicht lesen. Deshalb hat diese Anfrage nichts bewirkt.",
    member: later,
    next: `${waitAndRetry} Warten Sie jedes Mal länger, wenn es wieder misslingt.`,
    retry:
      "Gefahrlos und meist erfolgreich. Behalten Sie den Schlüssel, wenn es einen gibt: Eine frühere Anfrage mit ihm kann den Auftrag ausgeführt haben.",
  },
  "upstream-timed-out": {
    happened: "Das System des Studios hat nicht rechtzeitig geantwortet, also nach spätestens 20 Sekunden.",
    member: laterOrUnknown,
    next: `Versuchen Sie es einige Male: ${pauses}. Ein Auftrag behält seinen Schlüssel.`,
    retry: retryOfCall,
  },
  "internal-error": {
    happened:
      "Im Gateway ist ein Fehler aufgetreten, oder seine Konfiguration ist falsch. Wenn ein Auftrag möglicherweise ausgeführt wurde, lautet das Problem stattdessen `outcome-unknown`.",
    member: somethingWrong,
    next: "Nennen Sie dem Betreiber die Nummer in `instance`: Sie steht im Protokoll des Gateways.",
    retry: "Gefahrlos, ein Auftrag mit demselben Schlüssel. Es hilft selten, bevor der Betreiber gehandelt hat.",
  },
};
