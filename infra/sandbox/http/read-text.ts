import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal.ts";

const largestBodyBytes = 5_000_000;

/** @throws Refusal of more than 5 MB, once all of it has arrived: who is still sending would miss the answer. */
export const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= largestBodyBytes) chunks.push(chunk);
  }
  if (bytes > largestBodyBytes) throw new Refusal("BODY_TOO_LARGE");
  return Buffer.concat(chunks).toString();
};
