import { loadService } from "#infra/local/service.ts";
import { buildAsDeployed } from "./as-deployed.ts";

const operations: Readonly<Record<string, string>> = {
  read: "getContractData",
  write: "createContractCancelationAmendment",
};

/** The folder of a package, or of the project's own code. */
const packageOf = (file: string): string => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return name ?? file.split("/").slice(0, 2).join("/");
};

/** The bytes of a bundle by package, largest first: esbuild's own account of a build as it is deployed. */
export const sizesByPackage = async (name: string): Promise<readonly (readonly [string, string])[]> => {
  const { functions } = (await loadService({})).service;
  const handler = functions[operations[name] ?? name]?.handler;
  if (!handler) throw new RangeError(`there is no function ${name}`);
  const { outputs } = await buildAsDeployed(handler.replace(/\.\w+$/, ".ts"));
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs))
      bytes.set(packageOf(file), (bytes.get(packageOf(file)) ?? 0) + bytesInOutput);
  return [...bytes].sort(([, a], [, b]) => b - a).map(([file, size]) => [size.toLocaleString("en-US"), file]);
};
