/**
 * Runs at the end of `npm ci` and does what the first `npm start` would have to do: resolve the configuration, build the
 * bundles, compile what runs here. An installation without development packages, or on an old Node, has none of that.
 */
try {
  await import("./node.js");
  const { prepare } = await import("./local/prepare.ts");
  await prepare();
} catch (error) {
  process.stderr.write(`Nothing was prepared, the first npm start does it: ${error.message}\n`);
}
