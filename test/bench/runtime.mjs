/**
 * A runtime client of our own for one Lambda: asks the Runtime API for invocations, calls the handler, and sends its answers,
 * each with the CPU time that this process has used. AWS' own client (aws-lambda-ric) has a native part that needs a
 * compiler. Like it, this one has loaded node:http before the function is loaded.
 */
const http = process.getBuiltinModule("node:http");
const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** In milliseconds since the start of the process, Node's own start included. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const call = (method, path, { body = "", headers = {} } = {}) =>
  new Promise((resolve, reject) => {
    const options = { host, port, method, path: `/2018-06-01/runtime/${path}`, agent, headers };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });

// Node writes a profile only if it ends by itself.
process.on("SIGINT", () => process.exit(0));

const { handler } = await import(process.env.BENCH_BUNDLE ?? "");
const initMs = cpuMs();

for (;;) {
  const { headers, body } = await call("GET", "invocation/next");
  const id = headers["lambda-runtime-aws-request-id"];
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  const answer = await handler(JSON.parse(body), context);
  const measured = { "x-init-ms": initMs, "x-cpu-ms": cpuMs(), "x-rss": process.memoryUsage.rss() };
  await call("POST", `invocation/${id}/response`, { body: JSON.stringify(answer), headers: measured });
}
