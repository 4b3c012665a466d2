import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

/** Loaded before every program of this repository. Requires Node 24, which runs TypeScript, and caches compiled code. */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `This needs Node 24 or newer, but runs on ${process.version}. On Linux and on Macs with Apple silicon, npm ci installs Node 24. Elsewhere, install it yourself.\n`,
  );
  process.exit(1);
}
enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/perfectgym-gateway/compiled", import.meta.url)));
