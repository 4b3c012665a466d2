import { createHmac } from "node:crypto";
import type { Studio } from "./studios.ts";

/** Whose record it is. `contract`: of a request that names no member. */
export interface Subject {
  readonly kind: "customer" | "contract";
  readonly id: string;
}

/**
 * What the log says instead of an id: HMAC-SHA256 with the key of the studio that has the record, 96 bits in base64url. The
 * same id gives the same text until the key is replaced, and nobody without the key can try ids.
 */
export const pseudonymOf = ({ apiKey }: Pick<Studio, "apiKey">, { kind, id }: Subject): string =>
  createHmac("sha256", apiKey).update(`perfectgym-gateway log ${kind} ${id}`).digest("base64url").slice(0, 16);
