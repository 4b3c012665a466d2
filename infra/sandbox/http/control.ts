import type { Studio } from "../studio.ts";
import { checked, jsonOf, type Message } from "./call.ts";
import { type Faults, faultSchema } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import { ok, type Reply } from "./reply.ts";

const noContent: Reply = { status: 204, text: "" };

type Action = (message: Pick<Message, "headers" | "text">) => Reply;

/** Undefined if the path is not one of the sandbox's own. @throws Refusal if the path does not have the method. */
export type Control = (method: string, pathname: string) => Action | undefined;

/** The sandbox's own paths, for reading the books and setting faults over HTTP. */
export const createControl = (studio: Studio, faults: Faults): Control => {
  const actions: Readonly<Record<string, Action>> = {
    "POST /_sandbox/faults": (message) => {
      faults.add(checked(faultSchema, jsonOf(message)));
      return noContent;
    },
    "DELETE /_sandbox/faults": () => {
      faults.clear();
      return noContent;
    },
    "GET /_sandbox/books": () => ok(studio.books),
  };
  return (method, pathname) => {
    const action = actions[`${method} ${pathname}`];
    const known = Object.keys(actions).filter((name) => name.endsWith(` ${pathname}`));
    if (action !== undefined || known.length === 0) return action;
    const allow = known.map((name) => name.replace(` ${pathname}`, "")).join(", ");
    throw new Refusal("METHOD_NOT_ALLOWED", { headers: { allow } });
  };
};
