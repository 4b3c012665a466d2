import { FunctionFailed, type Lambda } from "./lambda.ts";
import type { Service } from "./service.ts";

/** Invokes functions at the rates that the service configures, until the end of the process. */
export const startSchedules = ({ functions }: Service, lambdas: ReadonlyMap<string, Lambda>): void => {
  for (const [name, { events }] of Object.entries(functions))
    for (const event of events)
      if ("schedule" in event)
        setInterval(() => void invoke(name, lambdas.get(name)), minutesOf(event.schedule) * 60_000).unref();
};

const minutesOf = (rate: string): number => Number(/\d+/.exec(rate)?.[0]);

/** As EventBridge does: what fails is the function's to tell, and the next run comes anyway. */
const invoke = async (name: string, lambda: Lambda | undefined): Promise<void> => {
  try {
    await lambda?.invoke({ source: "aws.scheduler" });
  } catch (error) {
    if (!(error instanceof FunctionFailed)) throw error;
    process.stderr.write(`${name}: ${error.name}: ${error.message}\n`);
  }
};
