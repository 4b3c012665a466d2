import { eventIdNames } from "#lib/operations/operation.ts";
import type { Exchange, Published } from "./console/messages.ts";
import type { Entry, Journal } from "./journal.ts";
import type { Settings } from "./settings.ts";

type Write = (text: string) => void;

/** Writes to the terminal what happens: one line for a person for each request and event, or all lines of the log as JSON. */
export const showIn = (write: Write, journal: Journal, { log }: Pick<Settings, "log">): void => {
  const textOf = log === "json" ? jsonOf : lineOf;
  journal.subscribe((entry) => {
    const text = textOf(entry);
    if (text !== undefined) write(`${text}\n`);
  });
};

const jsonOf = (entry: Entry): string | undefined => {
  if (entry.kind === "line") return entry.line;
  return entry.kind === "event" ? JSON.stringify({ event: entry.event.type, ...entry.event.detail }) : undefined;
};

const lineOf = (entry: Entry): string | undefined => {
  if (entry.kind === "event") return eventLine(entry.event);
  if (entry.kind === "exchange") return entry.hasEnded ? requestLine(entry.exchange) : undefined;
  return isRoutine(entry) ? undefined : entry.line;
};

/** What a request's own line says already, and runs of jobs without a fault. */
const isRoutine = ({ line, isOfRequest }: Extract<Entry, { kind: "line" }>): boolean =>
  isOfRequest || line.includes('"level":"info"');

const timeOf = (at: string): string => new Date(at).toTimeString().slice(0, 8);

/** A path can have bytes that would control the terminal. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, "?");

const requestLine = ({ at, method, path, ended, clientId, code }: Exchange): string => {
  const { status = "caller gone", ms } = ended ?? {};
  return [timeOf(at), status, method, printable(path), `${ms} ms`, clientId, code].filter(Boolean).join("  ");
};

const eventLine = ({ at, type, detail }: Published): string => {
  const ids = ["customerId", ...eventIdNames].filter((name) => name in detail);
  return [timeOf(at), "event", type, ...ids.map((name) => `${name} ${detail[name]}`)].join("  ");
};
