import type { ServerResponse } from "node:http";
import type { Sandbox } from "#infra/sandbox/sandbox.ts";
import type { Journal } from "../journal.ts";
import type { Conditions, Message } from "./messages.ts";

/** A page that takes no more than this many bytes behind is cut off. It connects again, and gets a snapshot. */
const mostBehind = 2 ** 20;

/** The stream of a page: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const createStreams = (journal: Journal, sandbox: Sandbox | undefined) => {
  const streams = new Set<(message: Message) => void>();
  return {
    open: (response: ServerResponse): void => {
      const send = (message: Message) => {
        if (response.writableLength > mostBehind) response.destroy();
        else response.write(`data: ${JSON.stringify(message)}\n\n`);
      };
      const unsubscribe = journal.subscribe((entry) => {
        if (entry.kind === "exchange") send({ kind: "exchange", exchange: entry.exchange });
        if (entry.kind === "event") send({ kind: "event", event: entry.event });
      });
      streams.add(send);
      response.once("close", () => {
        unsubscribe();
        streams.delete(send);
      });
      const conditions = sandbox?.conditions.current();
      send({ kind: "snapshot", exchanges: journal.exchanges(), events: journal.events(), conditions });
    },
    /** Tells all pages about new conditions. */
    tell: (conditions: Conditions): void => {
      for (const send of streams) send({ kind: "conditions", conditions });
    },
  };
};
