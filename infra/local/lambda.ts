import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { Worker } from "node:worker_threads";
import * as z from "zod";

export interface FunctionOptions {
  readonly name: string;
  /** Path of the built module that exports `handler`. */
  readonly bundle: string;
  readonly memorySize: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Its worker ends after so long without an invocation. @default 90 s: functions that run every minute stay warm */
  readonly idleMs?: number;
  /** Gets what the function writes. @default writes it to stderr */
  readonly onLog?: (lines: string) => void;
}

/** A deployed function, for the services that invoke it. */
export interface Lambda {
  /** Returns the handler's answer. @throws FunctionFailed if it threw, timed out or its worker died */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Ends its worker at once, even during an invocation. The next invocation gets a new one. */
  readonly kill: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

export class FunctionFailed extends Error {
  override readonly name = "FunctionFailed";
}

/** Runs one function's bundle in a worker with only its own environment. The worker starts with the first invocation. */
export const createLambda = (options: FunctionOptions): Lambda => {
  let current: Instance | undefined;
  const instance = () => {
    if (current) return current;
    const started = startInstance(options, () => {
      // A timeout and the worker's exit both end it. At the second time, a new worker may already be current.
      if (current === started) current = undefined;
    });
    current = started;
    return started;
  };
  return {
    invoke: (event) => instance().invoke(event),
    kill: async () => current?.end("killed"),
    close: async () => current?.worker.terminate(),
  };
};

interface Instance {
  readonly worker: Worker;
  readonly invoke: Lambda["invoke"];
  /** Makes its invocations fail with this reason. Resolves when its worker has ended. */
  readonly end: (reason: string) => Promise<unknown>;
}

const messages = z.union([
  z.object({ kind: z.literal("ready") }),
  z.object({ kind: z.literal("answer"), id: z.string(), answer: z.string().optional() }),
  z.object({ kind: z.literal("error"), id: z.string(), error: z.string() }),
]);

let stripped: URL | undefined;

/**
 * The worker's program without its types: Node's own TypeScript support takes each new worker longer than its bundle. Stack
 * traces name its file, not all of its text.
 */
const workerCode = (): URL => {
  const file = new URL("worker.ts", import.meta.url);
  const code = () => `${stripTypeScriptTypes(readFileSync(file, "utf8"))}\n//# sourceURL=${file}`;
  stripped ??= new URL(`data:text/javascript,${encodeURIComponent(code())}`);
  return stripped;
};

const toStderr = (lines: string) => void process.stderr.write(lines);

const startInstance = (options: FunctionOptions, onEnd: () => void): Instance => {
  const { name, bundle, memorySize, timeoutSeconds, environment, idleMs = 90_000, onLog = toStderr } = options;
  const timeoutMs = timeoutSeconds * 1000;
  const workerData = { bundle, name, memorySize };
  const worker = new Worker(workerCode(), {
    workerData,
    env: { ...environment },
    stdout: true,
    // All functions share one process. With V8's own limit it would grow by 100 MB more under load, and be no faster.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  });
  worker.stdout.setEncoding("utf8").on("data", onLog);
  const ready = Promise.withResolvers<unknown>();
  const pending = new Map<string, PromiseWithResolvers<unknown>>();

  const end = (reason: string) => {
    onEnd();
    for (const outcome of [ready, ...pending.values()]) outcome.reject(new FunctionFailed(`${name}: ${reason}`));
    return worker.terminate();
  };
  worker.once("error", (error) => end(String(error)));
  worker.once("exit", () => end("its worker ended"));
  worker.on("message", (data) => {
    const message = messages.parse(data);
    if (message.kind === "ready") ready.resolve(undefined);
    else if (message.kind === "answer") pending.get(message.id)?.resolve(message.answer && JSON.parse(message.answer));
    else pending.get(message.id)?.reject(new FunctionFailed(`${name}: ${message.error}`));
  });

  let idle: NodeJS.Timeout | undefined;

  const invoke = async (event: unknown) => {
    const id = randomUUID();
    const outcome = Promise.withResolvers<unknown>();
    clearTimeout(idle);
    pending.set(id, outcome);
    await Promise.race([ready.promise, outcome.promise]);
    const timer = setTimeout(() => end(`timed out after ${timeoutSeconds} s`), timeoutMs);
    worker.postMessage({ id, event, timeoutMs });
    return outcome.promise.finally(() => {
      clearTimeout(timer);
      pending.delete(id);
      if (pending.size === 0) idle = setTimeout(() => end("idle"), idleMs).unref();
    });
  };
  return { worker, invoke, end };
};
