import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";

const quotedString = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const bareWord = /^[\x21\x23-\x2b\x2d-\x7e]+$/;

/**
 * The key in an Idempotency-Key header: a structured field string (RFC 9651, 3.3.3) or the bare characters of one
 * without quote, comma and space. `"abc"` and `abc` are the same key. Undefined: malformed.
 */
export const parseIdempotencyKey = (header: string): string | undefined => {
  const [, quoted] = quotedString.exec(header) ?? [];
  const key = quoted?.replace(/\\(["\\])/g, "$1") ?? bareWord.exec(header)?.[0] ?? "";
  return key.length >= 1 && key.length <= 255 ? key : undefined;
};

export interface Write {
  /** Whose write it is and what it does to what: the same key means something else to everyone else. */
  readonly scope: readonly (string | null)[];
  /** What makes a repeat another write. */
  readonly payload: string;
  /** Absent: the write can never be asked for again. */
  readonly key?: string | undefined;
}

/** A write as the table knows it. Who has the table but not the caller's key can read nothing out of it. */
export interface WriteIdentity {
  readonly id: string;
  /** Whether an answer is worth keeping: somebody has the key to ask for it. */
  readonly isRepeatable: boolean;
  /** HMAC of the payload. */
  readonly fingerprint: Buffer;
  readonly seal: (text: string) => Buffer;
  /** @throws Error where it was sealed with another key, or altered */
  readonly open: (sealed: Uint8Array) => string;
}

/** Derives all that is stored of a write from the caller's key: HKDF-SHA256 (RFC 5869), HMAC-SHA256, AES-256-GCM. */
export const identify = ({ scope, payload, key }: Write): WriteIdentity => {
  const salt = createHash("sha256").update(JSON.stringify(scope)).digest();
  const derived = Buffer.from(hkdfSync("sha256", key ?? randomBytes(32), salt, "perfectgym-gateway write 1", 96));
  const [idBytes, macKey, sealKey] = [derived.subarray(0, 32), derived.subarray(32, 64), derived.subarray(64)];
  const id = idBytes.toString("base64url");
  return {
    id,
    isRepeatable: key !== undefined,
    fingerprint: createHmac("sha256", macKey).update(payload).digest(),
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
