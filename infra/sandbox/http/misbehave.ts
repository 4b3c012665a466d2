import type { Fault } from "./faults.ts";
import { errorCodeOf, Refusal } from "./refusal.ts";
import type { Reply } from "./reply.ts";

/** A request that a fault hits. */
export interface Exchange {
  /** Carries the request out or refuses it. */
  carryOut(): Reply;
  send(reply: Reply): void;
  refuse(refusal: Refusal): Reply;
  reset(): void;
  /** Rejects when the sandbox closes. */
  sleep(ms: number): Promise<void>;
}

type FaultOf<Kind extends Fault["kind"]> = Extract<Fault, { kind: Kind }>;

const page = "<!doctype html><html><head><title>Maintenance</title></head><body>We are back soon.</body></html>";

const forced = ({ status, retryAfter, location, body }: FaultOf<"status">, exchange: Exchange): Reply => {
  const { headers, text } = exchange.refuse(new Refusal(errorCodeOf(status)));
  const forcedHeaders = {
    ...headers,
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    ...(location !== undefined && { location }),
  };
  return { status, headers: forcedHeaders, text: body ?? text };
};

const broken = (reply: Reply): Reply => ({
  ...reply,
  text: reply.text === "" ? "{" : reply.text.slice(0, Math.ceil(reply.text.length / 2)),
});

/** Answers a request as the fault says, or never. */
export const misbehave = async (fault: Fault, exchange: Exchange): Promise<void> => {
  if ("carriedOut" in fault && fault.carriedOut) exchange.carryOut();
  switch (fault.kind) {
    case "status":
      return exchange.send(forced(fault, exchange));
    case "delay":
      await exchange.sleep(fault.ms);
      return exchange.send(exchange.carryOut());
    case "hang":
      return;
    case "reset":
      return exchange.reset();
    case "brokenJson":
      return exchange.send(broken(exchange.carryOut()));
    case "html":
      return exchange.send({
        status: fault.status ?? 200,
        headers: { "content-type": "text/html;charset=UTF-8" },
        text: page,
      });
  }
};
