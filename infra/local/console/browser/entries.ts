import type { Exchange, Published, UpstreamCall } from "../messages.ts";
import { actionButton, copyButton, element, found, indented } from "./dom.ts";

import { sendAgain } from "./server.ts";

/** As many as the gateway keeps. */
const kept = 100;

const timeOf = (at: string): string => new Date(at).toTimeString().slice(0, 8);

const statusOf = (status: number | undefined): HTMLElement => {
  const kind = status === undefined ? "none" : `s${String(status)[0]}`;
  return element("b", { class: `status ${kind}` }, String(status ?? "—"));
};

/** A list of entries by id, the latest first. An entry that stays open stays open when it changes. */
const listIn = (id: string) => {
  const list = found(id, HTMLOListElement);
  const empty = found(`no-${id}`, HTMLParagraphElement);
  const items = new Map<string, HTMLLIElement>();
  return {
    clear: () => {
      items.clear();
      list.replaceChildren();
      empty.hidden = false;
    },
    put: (key: string, summary: HTMLElement, ...details: readonly HTMLElement[]) => {
      empty.hidden = true;
      const item = items.get(key) ?? element("li", {}, element("details", {}));
      const holder = item.firstElementChild;
      // Only what changed is replaced, so that the keyboard stays where it is.
      const [head] = holder?.children ?? [];
      if (head) head.replaceChildren(...summary.childNodes);
      else holder?.append(summary);
      while (holder && holder.children.length > 1) holder.lastElementChild?.remove();
      holder?.append(...details);
      if (items.has(key)) return;
      items.set(key, item);
      list.prepend(item);
      if (items.size <= kept) return;
      const [[oldest = ""] = []] = items;
      items.get(oldest)?.remove();
      items.delete(oldest);
    },
  };
};

const requests = listIn("requests");
const events = listIn("events");

export const clearEntries = (): void => {
  requests.clear();
  events.clear();
};

export const showExchange = (exchange: Exchange): void => {
  const { id, at, method, path, ended, clientId, code, log, upstream } = exchange;
  const summary = element(
    "summary",
    {},
    ended ? statusOf(ended.status) : element("b", { class: "status" }, "…"),
    element("span", { class: "what" }, element("b", {}, method), " ", path),
    element("small", {}, [timeOf(at), ended && `${ended.ms} ms`, clientId, code].filter(Boolean).join(" · ")),
  );
  const calls = upstream.map((call) => element("li", {}, callText(call), " ", statusOf(call.status), ` ${call.ms} ms`));
  requests.put(
    id,
    summary,
    element("h3", {}, "To the upstream"),
    calls.length > 0
      ? element("ul", { class: "calls" }, ...calls)
      : element("p", { class: "note" }, "Nothing went to the sandbox."),
    element("h3", {}, "Log"),
    ...log.map((line) => element("pre", { tabindex: "0" }, indented(line))),
    ...(log.length === 0 ? [element("p", { class: "note" }, "No line of the log.")] : []),
    ...(code ? [element("p", {}, element("a", { href: `/docs/problems#${code}` }, `About ${code}`))] : []),
  );
};

const callText = ({ studio, method, path }: UpstreamCall): string => `${studio}: ${method} ${path}`;

/** Ids of an event that are the same for most, or that nobody knows by heart. */
const tellingNothing = ["eventId", "clientId", "requestId", "studioId"];

export const showEvent = ({ id, at, type, detail }: Published, isPosted: boolean): void => {
  const ids = Object.entries(detail).filter(([name]) => name.endsWith("Id") && !tellingNothing.includes(name));
  const text = JSON.stringify(detail, null, 2);
  events.put(
    id,
    element(
      "summary",
      {},
      element("span", { class: "what" }, type),
      element("small", {}, [timeOf(at), ...ids.map(([name, value]) => `${name} ${value}`)].join(" · ")),
    ),
    element("pre", { tabindex: "0" }, text),
    element(
      "div",
      { class: "row" },
      copyButton("Copy event", () => text),
      ...(isPosted ? [actionButton("Send again", "Sent", () => sendAgain(id))] : []),
    ),
  );
};
