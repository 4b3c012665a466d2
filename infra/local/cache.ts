import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** For what takes seconds to make: the resolved configuration, bundles, compiled code. You may delete it at any time. */
export const cacheFolder = fileURLToPath(new URL("../../node_modules/.cache/perfectgym-gateway/", import.meta.url));

/** A key that changes if any part changes. */
export const keyOf = (...parts: readonly string[]): string => hash("sha256", JSON.stringify(parts)).slice(0, 32);

/** A key derived from the names and contents of files. A missing file counts as an empty one. */
export const contentKey = async (files: readonly string[]): Promise<string> => {
  const contents = files.map(async (file) => (existsSync(file) ? hash("sha256", await readFile(file)) : ""));
  return keyOf(...files, ...(await Promise.all(contents)));
};

/** Writes the whole file or nothing, even if another process writes it at the same time. */
export const writeWhole = async (file: string, text: string): Promise<void> => {
  const unfinished = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(unfinished, text);
  await rename(unfinished, file);
};
