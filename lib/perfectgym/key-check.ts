import type { Studio } from "./studios.ts";
import { type Transport, TransportError } from "./transport.ts";

/**
 * Asks the upstream whether it accepts a studio's key. HEAD on any path only checks the key: 200, or 401 if it is not valid.
 * Returns the status, undefined if no answer came.
 */
export const checkKey = async (
  transport: Transport,
  { baseUrl, apiKey }: Pick<Studio, "baseUrl" | "apiKey">,
  timeoutMs: number,
): Promise<number | undefined> => {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/v1/customers`);
  try {
    const asked = { url, method: "HEAD", headers: { "x-api-key": apiKey }, timeoutMs, freshConnection: true };
    return (await transport(asked)).status;
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    throw error;
  }
};
