/**
 * A runtime client of our own for one Lambda: asks the Runtime API for invocations, calls the handler, and sends its answers,
 * each with the CPU time that this process has used. AWS' own client (aws-lambda-ric) sends HTTP from native code, which
 * needs a compiler. This one writes it to a socket by hand: Node's HTTP, once used here, would be half warm for the function.
 * Like AWS' it has loaded node:http before the function.
 */
process.getBuiltinModule("node:http");
const { connect } = process.getBuiltinModule("node:net");
const [host, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
/** One character for each byte, because a body's length is told in bytes. */
const socket = connect(Number(port), host).setNoDelay().setEncoding("latin1");

/** In milliseconds since the start of the process, Node's own start included. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

let received = "";
let taken = () => {};
socket.on("data", (chunk) => {
  received += chunk;
  const end = received.indexOf("\r\n\r\n");
  const length = Number(/^content-length: (\d+)/im.exec(received)?.[1]);
  if (end < 0 || received.length < end + 4 + length) return;
  const answer = { head: received.slice(0, end), body: Buffer.from(received.slice(end + 4), "latin1").toString() };
  received = "";
  taken(answer);
});

const call = (method, path, { body = "", headers = {} } = {}) =>
  new Promise((resolve) => {
    taken = resolve;
    const lines = Object.entries({ host, "content-length": Buffer.byteLength(body), ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`${method} /2018-06-01/runtime/${path} HTTP/1.1\r\n${head}\r\n${body}`);
  });

// Node writes a profile only if it ends by itself.
process.on("SIGINT", () => process.exit(0));

const { handler } = await import(process.env.BENCH_BUNDLE ?? "");
const initMs = cpuMs();

for (;;) {
  const { head, body } = await call("GET", "invocation/next");
  const header = (name) => new RegExp(`^${name}: (.*)$`, "im").exec(head)?.[1] ?? "";
  const id = header("lambda-runtime-aws-request-id");
  const deadline = Number(header("lambda-runtime-deadline-ms"));
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  const answer = await handler(JSON.parse(body), context);
  const measured = { "x-init-ms": initMs, "x-cpu-ms": cpuMs(), "x-rss": process.memoryUsage.rss() };
  await call("POST", `invocation/${id}/response`, { body: JSON.stringify(answer), headers: measured });
}
