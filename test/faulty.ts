import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { listen } from "#infra/http-server.ts";

/** The faults between a caller and a service. */
export type Mishap =
  /** The request does not reach the service. The caller gets a 500. */
  | "refused"
  /** The request reaches the service. The caller gets no answer. */
  | "answer-lost"
  /** The request does not reach the service. The caller waits. */
  | "hang"
  /** The request reaches the service. The caller waits. */
  | "hang-after";

export interface Faulty {
  readonly url: string;
  /** The operations of the requests, such as `PutItem`, oldest first. A count of partners' requests is a `Count`. */
  readonly seen: string[];
  /** How many connections were opened so far. */
  readonly connections: () => number;
  /** Applies these faults to the next requests of an operation, one each. */
  readonly next: (operation: string, ...mishaps: readonly Mishap[]) => void;
  /** Applies a fault to every request until the next call. */
  readonly always: (mishap: Mishap | undefined) => void;
  /** Called for each request: before any fault, and after the service has carried it out. */
  onRequest: (operation: string, moment: "before" | "after") => void | Promise<void>;
  readonly close: () => unknown;
}

/** Passes requests on to an AWS service with a JSON protocol, and applies faults. */
export const startFaulty = async (service: string): Promise<Faulty> => {
  const planned = new Map<string, Mishap[]>();
  let always: Mishap | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const operation = body.includes('"LimitsTable"')
      ? "Count"
      : (String(request.headers["x-amz-target"]).split(".").at(-1) ?? "");
    faulty.seen.push(operation);
    await faulty.onRequest(operation, "before");
    const mishap = planned.get(operation)?.shift() ?? always;
    if (mishap === "refused") return response.writeHead(500).end("{}");
    if (mishap === "hang") return undefined;
    const answer = await forward(request, body);
    await faulty.onRequest(operation, "after");
    if (mishap === "answer-lost") return response.destroy();
    if (mishap === "hang-after") return undefined;
    return response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
  };

  const forward = async ({ headers, method = "POST" }: IncomingMessage, body: Buffer<ArrayBuffer>) => {
    const { host: _, connection: __, "content-length": ___, ...kept } = headers;
    const given = await fetch(service, { method, headers: kept as Record<string, string>, body });
    return { status: given.status, body: Buffer.from(await given.arrayBuffer()) };
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  let connections = 0;
  server.on("connection", () => connections++);
  const faulty: Faulty = {
    url: await listen(server, 0),
    seen: [],
    connections: () => connections,
    next: (operation, ...mishaps) => {
      planned.set(operation, [...(planned.get(operation) ?? []), ...mishaps]);
    },
    always: (mishap) => {
      always = mishap;
    },
    onRequest: () => {},
    close: () => server.close().closeAllConnections(),
  };
  return faulty;
};
