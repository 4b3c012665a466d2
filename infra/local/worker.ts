import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

/** What the parent sends for each invocation. No schema checks it: loading zod would take a worker longer than its bundle. */
interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

/** Runs in a function's worker. Loads the bundle as Lambda's runtime does, and answers invocations. */
const { bundle, name, memorySize }: { bundle: string; name: string; memorySize: number } = workerData;

const { handler } = await import(pathToFileURL(bundle).href);

const contextOf = (id: string, timeoutMs: number) => {
  const deadline = Date.now() + timeoutMs;
  return {
    awsRequestId: id,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${name}`,
    memoryLimitInMB: String(memorySize),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
};

parentPort?.on("message", async ({ id, event, timeoutMs }: Invocation) => {
  try {
    parentPort?.postMessage({
      kind: "answer",
      id,
      answer: JSON.stringify(await handler(event, contextOf(id, timeoutMs))),
    });
  } catch (error) {
    parentPort?.postMessage({ kind: "error", id, error: error instanceof Error ? error.name : "thrown" });
  }
});
parentPort?.postMessage({ kind: "ready" });
