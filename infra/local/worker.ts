import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import * as z from "zod";

/** The inside of a function's worker: loads the bundle as Lambda's runtime does and answers invocations. */
const { bundle, name, memorySize } = z
  .object({ bundle: z.string(), name: z.string(), memorySize: z.number() })
  .parse(workerData);
const invocation = z.object({ id: z.string(), event: z.unknown(), timeoutMs: z.number() });

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

parentPort?.on("message", async (data) => {
  const { id, event, timeoutMs } = invocation.parse(data);
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
