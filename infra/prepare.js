/**
 * Runs at the end of `npm ci`, so that the first `npm start` is fast: resolves the configuration, builds the bundles and
 * compiles the local programs. Skipped without development packages or on an old Node.
 */
try {
  await import("./node.js");
  const { prepare } = await import("./local/prepare.ts");
  await prepare();
} catch (error) {
  process.stderr.write(`Nothing was prepared, the first npm start does it: ${error.message}\n`);
}
