import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A mistake that the operator can correct. The message says how, and is printed without a stack. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Where a command reads what must not be an argument. */
export type Input = AsyncIterable<string | Uint8Array> & NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Returns what to print, or what was found wrong. Throws what went wrong, of which only the message is printed. */
export type Command = (args: readonly string[], input: Input) => Promise<string | { readonly failed: string }>;

/** What a command leaves in its terminal: each of its two texts ends with a newline if it has any. */
export interface Outcome {
  readonly code: 0 | 1;
  readonly stdout: string;
  readonly stderr: string;
}

export const outcomeOf = async (command: Command, args: readonly string[], input: Input): Promise<Outcome> => {
  try {
    const answer = await command(args, input);
    return typeof answer === "string"
      ? { code: 0, stdout: `${answer}\n`, stderr: "" }
      : { code: 1, stdout: `${answer.failed}\n`, stderr: "" };
  } catch (error) {
    return { code: 1, stdout: "", stderr: `${error instanceof Error ? error.message : String(error)}\n` };
  }
};

/** Runs the command of the process' own file. A file that is only imported, for example by a test, runs nothing. */
export const runIfMain = async (fileUrl: string, command: Command): Promise<void> => {
  const [, file] = process.argv;
  if (!file || realpathSync(file) !== fileURLToPath(fileUrl)) return;
  const { code, stdout, stderr } = await outcomeOf(command, process.argv.slice(2), process.stdin);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
};
