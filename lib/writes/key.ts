import { createCipheriv, createDecipheriv, createHmac, type Hmac, hkdfSync, randomBytes } from "node:crypto";
import { LedgerUnavailable } from "./errors.ts";

export interface Write {
  /** Who writes, and what the write changes. With another scope, the same key means another write. */
  readonly scope: readonly (string | null)[];
  /** The body as JSON, and the bytes of a document. The same key with another payload is refused. */
  readonly payload: readonly (string | Uint8Array)[];
  /** Absent: the write cannot be repeated. */
  readonly key?: string | undefined;
  /** The stage's secret: a copy of the table alone does not allow guessing keys. With another pepper, a key is another write. */
  readonly pepper: string;
}

/** In characters. So many random letters and digits are far beyond guessing. */
const leastPepper = 32;

/** The stage's pepper. It is fetched once: with two of them, one key would be two writes. @throws LedgerUnavailable */
export const createPepper = (fetchSecret: () => Promise<string>): (() => Promise<string>) => {
  let cached: Promise<string> | undefined;
  const fetchOnce = async (): Promise<string> => {
    const pepper = await fetchSecret().catch((cause: unknown) => {
      throw new LedgerUnavailable("the secret with the pepper cannot be read", { cause });
    });
    if (pepper.length >= leastPepper) return pepper;
    throw new LedgerUnavailable(`the pepper has less than ${leastPepper} characters`);
  };
  return async () => {
    cached ??= fetchOnce();
    try {
      return await cached;
    } catch (error) {
      cached = undefined;
      throw error;
    }
  };
};

/** A write as the table stores it. Without the caller's key and the pepper, nobody can read the answers in the table. */
export interface WriteIdentity {
  readonly id: string;
  /** Whether the caller sent a key, and so can ask for the answer again. */
  readonly isRepeatable: boolean;
  /** HMAC of the payload. */
  readonly fingerprint: Buffer;
  readonly seal: (text: string) => Buffer;
  /** @throws Error if it was sealed with another key, or altered */
  readonly open: (sealed: Uint8Array) => string;
}

/** Derives all that is stored of a write from the caller's key and the pepper: HKDF-SHA256 (RFC 5869), HMAC-SHA256, AES-256-GCM. */
export const identify = ({ scope, payload, key, pepper }: Write): WriteIdentity => {
  const salt = createHmac("sha256", pepper).update(JSON.stringify(scope)).digest();
  const derived = Buffer.from(hkdfSync("sha256", key ?? randomBytes(32), salt, "perfectgym-gateway write 2", 96));
  const [idBytes, macKey, sealKey] = [derived.subarray(0, 32), derived.subarray(32, 64), derived.subarray(64)];
  const id = idBytes.toString("base64url");
  return {
    id,
    isRepeatable: key !== undefined,
    fingerprint: payload.reduce<Hmac>((mac, piece) => mac.update(piece), createHmac("sha256", macKey)).digest(),
    seal: (text) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", sealKey, nonce).setAAD(idBytes);
      return Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed);
      const decipher = createDecipheriv("aes-256-gcm", sealKey, bytes.subarray(0, 12), { authTagLength: 16 });
      decipher.setAAD(idBytes).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
    },
  };
};
