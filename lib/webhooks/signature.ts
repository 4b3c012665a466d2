import { createHmac, randomBytes } from "node:crypto";

/** Signing secrets as Standard Webhooks 1.0.0 writes them: 24 to 64 bytes in base64 after `whsec_`. */
export const secretPattern = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/;

/** A new random secret of 32 bytes. */
export const createSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

export interface Signed {
  /** Has no full stop, which would let two messages have the same signed text. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** The header `webhook-signature`: one HMAC-SHA256 for each secret, with spaces between. */
export const signatureOf = ({ id, timestamp, body }: Signed, secrets: readonly string[]): string =>
  secrets
    .map((secret) => Buffer.from(secret.slice("whsec_".length), "base64"))
    .map((key) => `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`)
    .join(" ");
