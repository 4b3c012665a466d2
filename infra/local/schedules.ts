import type { PublishedEvent } from "./event-bridge.ts";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { Service } from "./service.ts";

/** Invokes functions at the rates in the service's configuration, until the function that it returns is called. */
export const startSchedules = ({ functions }: Service, lambdas: ReadonlyMap<string, Lambda>): (() => void) => {
  const timers: NodeJS.Timeout[] = [];
  for (const [name, { events }] of Object.entries(functions))
    for (const event of events)
      if ("schedule" in event && typeof event.schedule === "string") {
        const run = () => void invoke(name, lambdas.get(name), { source: "aws.events" });
        timers.push(setInterval(run, minutesOf(event.schedule) * 60_000).unref());
      }
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
};

/** Invokes the functions whose patterns match an event, as EventBridge's rules do. */
export const deliverTo =
  ({ functions }: Service, lambdas: ReadonlyMap<string, Lambda>) =>
  ({ id, source, type, detail }: PublishedEvent): void => {
    for (const [name, { events }] of Object.entries(functions))
      for (const event of events)
        if ("eventBridge" in event && fits(event.eventBridge.pattern, source, type))
          void invoke(name, lambdas.get(name), { version: "0", id, source, "detail-type": type, detail });
  };

const fits = (pattern: { source: string[]; "detail-type": string[] }, source: string, type: string): boolean =>
  pattern.source.includes(source) && pattern["detail-type"].includes(type);

const minutesOf = (rate: string): number => Number(/\d+/.exec(rate)?.[0]);

/** As with EventBridge, a failed run does not stop the next one. */
const invoke = async (name: string, lambda: Lambda | undefined, event: object): Promise<void> => {
  try {
    await lambda?.invoke(event);
  } catch (error) {
    if (!(error instanceof FunctionFailed)) throw error;
    process.stderr.write(`${name}: ${error.name}: ${error.message}\n`);
  }
};
