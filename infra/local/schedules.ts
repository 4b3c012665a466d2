import type { PublishedEvent } from "./event-bridge.ts";
import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { EventPattern, Service } from "./service.ts";

/** Invokes functions at the rates in the service's configuration, until `ending`. */
export const startSchedules = (
  { functions }: Service,
  lambdas: ReadonlyMap<string, Lambda>,
  ending: AbortSignal,
): void => {
  const timers: NodeJS.Timeout[] = [];
  for (const [name, { events }] of Object.entries(functions))
    for (const event of events)
      if ("schedule" in event && typeof event.schedule === "string") {
        const run = () => void invoke(name, lambdas.get(name), { source: "aws.events" }, ending);
        timers.push(setInterval(run, minutesOf(event.schedule) * 60_000).unref());
      }
  ending.addEventListener("abort", () => timers.forEach(clearInterval));
};

/** Invokes the functions whose patterns match an event, as EventBridge's rules do, until `ending`. */
export const deliverTo =
  ({ functions }: Service, lambdas: ReadonlyMap<string, Lambda>, ending: AbortSignal) =>
  (published: PublishedEvent): void => {
    for (const [name, { events }] of Object.entries(functions))
      for (const event of events)
        if ("eventBridge" in event && fits(event.eventBridge.pattern, published))
          void invoke(name, lambdas.get(name), delivered(published), ending);
  };

/** An event as EventBridge passes it on. */
export const delivered = ({ id, source, type, time, detail }: PublishedEvent): object => ({
  version: "0",
  id,
  source,
  "detail-type": type,
  time,
  detail,
});

/** Whether an event fits a rule's pattern: each field has one of the values. */
export const fits = (pattern: EventPattern, { source, type, detail }: PublishedEvent): boolean =>
  pattern.source.includes(source) &&
  pattern["detail-type"].includes(type) &&
  Object.entries(pattern.detail).every(([name, values]) => values.includes(String(detail[name])));

const minutesOf = (rate: string): number => Number(/\d+/.exec(rate)?.[0]);

/** As with EventBridge, a failed run does not stop the next one. One that the end of the process breaks off is no failure. */
const invoke = async (name: string, lambda: Lambda | undefined, event: object, ending: AbortSignal): Promise<void> => {
  try {
    await lambda?.invoke(event);
  } catch (error) {
    if (!(error instanceof FunctionFailed)) throw error;
    if (!ending.aborted) process.stderr.write(`${name}: ${error.name}: ${error.message}\n`);
  }
};
