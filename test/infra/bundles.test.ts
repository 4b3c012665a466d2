import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { type BuildOptions, build, stop } from "esbuild";
import { expect, onTestFinished, test, vi } from "vitest";
import { builtins } from "#infra/bundle/builtins.ts";
import { lean } from "#infra/bundle/lean.ts";
import { listen } from "#infra/http-server.ts";
import { loadService } from "#infra/local/service.ts";
import { catalog } from "#lib/operations/catalog.ts";
import type { Operation } from "#lib/operations/operation.ts";

test("the bundle of a Lambda that only reads has no code for writes", async () => {
  const { bundles } = await loadService({});
  const [read, write] = [bundles("getContractData"), bundles("createContractCancelationAmendment")];
  expect(await readFile(write, "utf8")).toContain("PutItem");
  expect(await readFile(read, "utf8")).not.toMatch(/PutItem|EventBridge/);
  const [kilobytesOfRead, kilobytesOfWrite] = [(await stat(read)).size / 1_000, (await stat(write)).size / 1_000];
  expect(kilobytesOfRead).toBeLessThan(120);
  expect(kilobytesOfWrite).toBeLessThan(160);
});

test("a bundle has only its own operation's schemas, and only what documents them can make a JSON Schema", async () => {
  const { bundles, service } = await loadService({});
  const having = async (text: string) => {
    const names = await Promise.all(
      Object.keys(service.functions).map(async (name) =>
        (await readFile(bundles(name), "utf8")).includes(text) ? [name] : [],
      ),
    );
    return names.flat();
  };
  expect(await having("SEPA mandate")).toEqual(["createCustomerPaymentDataAmendment", "getCollection", "getOpenapi"]);
  // zod's own schemas, beside those of zod/mini.
  expect(await having('"ZodString"')).toEqual([]);
  expect(await having("Non-representable type")).toEqual(["getEvents", "getCollection", "getOpenapi"]);
});

test("a bundle loads no part of a builtin module that it does not use", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'import { MIMEType } from "node:util"; console.log(MIMEType);' },
    bundle: true,
    minify: true,
    format: "esm",
    plugins: [builtins],
    write: false,
  });
  await stop();
  const code = outputFiles[0]?.text;
  expect(code).toMatch(/\.MIMEType/);
  expect(code).not.toMatch(/parseArgs|defineProperty/);
});

test("only a Lambda whose receipt can be a text has the words for it", async () => {
  const { bundles } = await loadService({});
  const operations: readonly Operation[] = Object.values(catalog).flat();
  const withWords = await Promise.all(
    operations.map(async ({ id }) => ((await readFile(bundles(id), "utf8")).includes("Mitgliedsnummer") ? [id] : [])),
  );
  expect(withWords.flat()).toEqual(operations.filter((each) => each.write?.receipt).map(({ id }) => id));
});

test("only a Lambda that takes forms has their parser", async () => {
  const { bundles } = await loadService({});
  const operations: readonly Operation[] = Object.values(catalog).flat();
  const withParser = await Promise.all(
    operations.map(async ({ id }) => ((await readFile(bundles(id), "utf8")).includes("multipart data") ? [id] : [])),
  );
  expect(withParser.flat()).toEqual(operations.filter((each) => each.document).map(({ id }) => id));
});

test("only the Lambda of the page about problems has the long texts", async () => {
  const { bundles, service } = await loadService({});
  const withTexts = await Promise.all(
    Object.keys(service.functions).map(async (name) =>
      (await readFile(bundles(name), "utf8")).includes("Please contact us") ? [name] : [],
    ),
  );
  expect(withTexts.flat()).toEqual(["getProblems"]);
});

test("only the Lambda that serves files to browsers has them, and none of them exceeds what a Lambda may answer", async () => {
  const { service, bundles } = await loadService({});
  const names = Object.keys(service.functions);
  const sizes = await Promise.all(names.map(async (name) => [name, (await stat(bundles(name))).size] as const));
  expect(sizes.filter(([, size]) => size > 1_000_000).map(([name]) => name)).toEqual(["getDocsAsset"]);
  const texts = (await readFile(bundles("getDocsAsset"), "utf8")).match(/"[\w+/]{1000,}={0,2}"/g) ?? [];
  expect(texts.length).toBeGreaterThan(5);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(6_000_000);
  expect((await stat(bundles("getDocs"))).size).toBeLessThan(20_000);
});

test("without the providers that bundles leave out, the environment's credentials sign, also new ones", async () => {
  const keys: string[] = [];
  const server = createServer((request, response) => {
    keys.push(/Credential=(\w+)/.exec(String(request.headers.authorization))?.[1] ?? "");
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end("{}");
  });
  const endpoint = await listen(server, 0);
  onTestFinished(() => void server.close().closeAllConnections());
  const contents = `
    import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
    const client = new SecretsManagerClient({ region: "eu-central-1", endpoint: "${endpoint}" });
    export const ask = () => client.send(new GetSecretValueCommand({ SecretId: "studios" }));
  `;
  const { bundle, format, platform, mainFields } = (await loadService({})).service.custom.esbuild;
  const { outputFiles } = await build({
    ...{ bundle, format, platform, mainFields },
    stdin: { contents, resolveDir: "." },
    plugins: [builtins, lean],
    write: false,
  } as BuildOptions & { write: false });
  await stop();
  const code = outputFiles?.[0]?.text ?? "";
  expect(code).not.toMatch(/GetRoleCredentials|AssumeRoleWithWebIdentity/);
  const { ask } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const askWith = (key: string) => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", key);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    return ask();
  };
  await askWith("first");
  await askWith("second");
  expect(keys).toEqual(["first", "second"]);
});
