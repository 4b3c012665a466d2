import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { listenOn } from "#infra/http-server.ts";

export interface Run {
  readonly bundle: string;
  readonly event: object;
  readonly environment: Readonly<Record<string, string>>;
  /** Invocations after the first. */
  readonly warm: number;
  /** Options of Node, for a profile. */
  readonly nodeOptions?: readonly string[];
}

/** Milliseconds, of CPU unless a name says otherwise; RSS in bytes. */
export interface Measured {
  readonly init: number;
  readonly first: number;
  readonly total: number;
  /** For each of the later invocations. NaN if there were none. */
  readonly warm: number;
  readonly warmWalls: readonly number[];
  readonly rss: number;
}

interface Sample {
  readonly initMs: number;
  readonly cpuMs: number;
  readonly rss: number;
  readonly wallMs: number;
}

const runtime = fileURLToPath(new URL("runtime.mjs", import.meta.url));

/** In the first of the later invocations, V8 still compiles. They do not count. */
const settling = 20;

/** Runs a bundle in a fresh process of Node behind a Runtime API of our own. @throws Error if it answers anything but a 2xx */
export const runLambda = async ({ bundle, event, environment, warm, nodeOptions = [] }: Run): Promise<Measured> => {
  const samples: Sample[] = [];
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const body = JSON.stringify(event);
  let sentAt = 0;
  const next = (response: ServerResponse) => {
    sentAt = performance.now();
    response
      .writeHead(200, {
        "content-length": Buffer.byteLength(body),
        "lambda-runtime-aws-request-id": randomUUID(),
        "lambda-runtime-deadline-ms": String(Date.now() + 27_000),
      })
      .end(body);
  };
  const api = createServer(async (request, response) => {
    if (request.url?.endsWith("/next")) return samples.length <= warm ? next(response) : resolve();
    const { statusCode, body } = JSON.parse(await text(request));
    if (!(statusCode >= 200 && statusCode < 300)) reject(new Error(`${bundle} answered ${statusCode} ${body}`));
    const measured = (name: string) => Number(request.headers[name]);
    const wallMs = performance.now() - sentAt;
    samples.push({ initMs: measured("x-init-ms"), cpuMs: measured("x-cpu-ms"), rss: measured("x-rss"), wallMs });
    return response.writeHead(202, { "content-length": 0 }).end();
  });
  const port = await listenOn(api, 0);
  const child = spawn(process.execPath, [...nodeOptions, runtime], {
    env: {
      ...environment,
      PATH: process.env["PATH"],
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      BENCH_BUNDLE: bundle,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  child.once("exit", (code) => reject(new Error(`${bundle} ended with ${code}`)));
  try {
    await done;
  } finally {
    await end(child);
    api.close().closeAllConnections();
  }
  return measuredOf(samples);
};

/** SIGINT, on which Node writes its profile. */
const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
};

const measuredOf = (samples: readonly Sample[]): Measured => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) throw new Error("nothing was measured");
  const from = samples[Math.min(settling, samples.length - 1)] ?? first;
  const counted = samples.length - 1 - samples.indexOf(from);
  return {
    init: first.initMs,
    first: first.cpuMs - first.initMs,
    total: first.cpuMs,
    warm: (last.cpuMs - from.cpuMs) / counted,
    warmWalls: samples.slice(-counted || samples.length).map(({ wallMs }) => wallMs),
    rss: last.rss,
  };
};
