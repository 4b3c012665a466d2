import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { catalog } from "#lib/operations/catalog.ts";

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

let folder: string;
let resources: z.infer<typeof template>["Resources"];

/** Packages as the README says, with no credentials and nothing of this machine's environment. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "perfectgym-gateway-package-"));
  const osls = "node_modules/osls/bin/serverless.js";
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
  await promisify(execFile)(process.execPath, [osls, "package", "--stage", "dev", "--package", folder], { env });
  const text = await readFile(join(folder, "cloudformation-template-update-stack.json"), "utf8");
  resources = template.parse(JSON.parse(text)).Resources;
});
afterAll(() => rm(folder, { recursive: true }));

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);

const kebab = (id: string) => id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const contract = Object.entries(catalog).flatMap(([resource, operations]) =>
  operations.map(({ id, method, path, scope }) => ({
    id,
    file: `functions/${resource}/${kebab(id)}`,
    route: `${method} ${path}`,
    scopes: [`perfectgym/${scope}`],
  })),
);

/** What is deployed besides the operations, and open to everyone. */
const documents = [{ id: "getProblems", file: "functions/docs/get-problems", route: "GET /docs/problems" }];
const deployed = [...contract, ...documents];

test("every operation has its function file, and every function file its operation", async () => {
  const names = await readdir("functions", { recursive: true });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => join("functions", name));
  expect(files.sort()).toEqual(deployed.map(({ file }) => `${file}.ts`).sort());
  for (const { id, file } of contract) {
    const source = await readFile(`${file}.ts`, "utf8");
    expect(source).toContain(`serve(${id}, live)`);
  }
});

test("every operation and every document is deployed as one function, and nothing else is", () => {
  const functions = ofType("AWS::Lambda::Function").map(([, { Properties }]) => Properties);
  expect(functions.map(({ FunctionName, Handler }) => [FunctionName, Handler]).sort()).toEqual(
    deployed.map(({ id, file }) => [`perfectgym-gateway-dev-${id}`, `${file}.handler`]).sort(),
  );
  for (const { id } of deployed) expect(existsSync(join(folder, `${id}.zip`))).toBe(true);
  for (const properties of functions) {
    expect(properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    expect(properties["Timeout"]).toBeLessThan(30);
  }
});

test("every operation has its route with a token and its one scope, and only documents are public", () => {
  const routes = ofType("AWS::ApiGatewayV2::Route").map(([, { Properties }]) => ({
    route: Properties["RouteKey"],
    type: Properties["AuthorizationType"],
    scopes: Properties["AuthorizationScopes"],
    target: functionBehind(Properties["Target"]),
  }));
  const logicalId = (id: string) => `${id[0]?.toUpperCase()}${id.slice(1)}LambdaFunction`;
  const wanted = [
    ...contract.map(({ id, route, scopes }) => ({ route, type: "JWT", scopes, target: logicalId(id) })),
    ...documents.map(({ id, route }) => ({ route, type: undefined, scopes: undefined, target: logicalId(id) })),
  ];
  const byRoute = (a: { route: unknown }, b: { route: unknown }) => String(a.route).localeCompare(String(b.route));
  expect(routes.sort(byRoute)).toEqual(wanted.sort(byRoute));
});

test("every log has an end, and the gateway writes an access log", () => {
  const groups = ofType("AWS::Logs::LogGroup").map(([, { Properties }]) => Properties["RetentionInDays"]);
  expect(groups).toEqual(Array(deployed.length + 1).fill(30));
  const [[, stage] = ["", { Properties: {} }]] = ofType("AWS::ApiGatewayV2::Stage");
  expect(stage.Properties).toHaveProperty("AccessLogSettings.Format");
});

/** Logical id of the function that a route's integration calls. */
const functionBehind = (target: unknown): string => {
  const [integration] = /[A-Za-z]+HttpApiIntegration|HttpApiIntegration[A-Za-z]+/.exec(JSON.stringify(target)) ?? [""];
  return /"([A-Za-z]+LambdaFunction)"/.exec(JSON.stringify(resources[integration]?.Properties))?.[1] ?? "none";
};
