import type { Studio } from "../studio.ts";
import { checked, jsonOf, type Message } from "./call.ts";
import { type Faults, faultSchema } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import { ok, type Reply } from "./reply.ts";

const noContent: Reply = { status: 204, text: "" };

type Action = (message: Pick<Message, "headers" | "text">) => Reply;

/** Absent for a path that is not the sandbox's own. @throws Refusal of a method that the path does not know. */
export type Control = (method: string, pathname: string) => Action | undefined;

/** What people at a laptop may do to the sandbox over HTTP. */
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
