import type { CastMember, Conditions, Message, Setting } from "../messages.ts";

/** @throws Error with what the gateway says */
const ask = async (path: string, body?: object): Promise<unknown> => {
  const response = await fetch(`/_console/${path}`, {
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
};

// Page and server are of one version, so the types of the answers need no check.
export const readSetting = () => ask("setting") as Promise<Setting>;
export const readCast = () => ask("cast") as Promise<readonly CastMember[]>;
export const change = (conditions: Conditions) => ask("conditions", conditions) as Promise<Conditions>;

/** Posts an event to EVENTS_URL again. */
export const sendAgain = (eventId: string) => ask("send", { eventId });

/** A partner's token, or a member's. */
export const tokenOf = async (clientId: string, customerId: string): Promise<string> => {
  const { token } = (await ask("token", { clientId, ...(customerId && { customerId }) })) as { token: string };
  return token;
};

/** Follows what happens. The browser connects again by itself. */
export const follow = (onMessage: (message: Message) => void, onConnection: (isOpen: boolean) => void): void => {
  const stream = new EventSource("/_console/stream");
  stream.addEventListener("open", () => onConnection(true));
  stream.addEventListener("error", () => onConnection(false));
  stream.addEventListener("message", ({ data }) => onMessage(JSON.parse(data)));
};
