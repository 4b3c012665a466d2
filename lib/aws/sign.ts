import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, as Lambda has them. */
  readonly sessionToken?: string | undefined;
}

/** What is signed for. */
export interface Scope {
  /** The name by which the service is signed for, such as `secretsmanager`. */
  readonly service: string;
  readonly region: string;
}

/** Who signs, and when: milliseconds since the epoch. AWS takes a request within five minutes. */
export interface Signing {
  readonly credentials: Credentials;
  readonly now: number;
}

/** Returns the headers of a `POST /` with a signature, for a header of each name in lower case, `host` among them. */
export type Signer = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signing: Signing,
) => Readonly<Record<string, string>>;

/**
 * Signs with Signature Version 4.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const createSigner = ({ service, region }: Scope): Signer => {
  /** Serves for a day and one secret. To make a key takes four of a signature's five HMACs. */
  let last: { readonly secret: string; readonly day: string; readonly key: Buffer } | undefined;
  const keyFor = (secret: string, day: string): Buffer => {
    if (last?.secret !== secret || last.day !== day) {
      const parts = [region, service, "aws4_request"];
      last = { secret, day, key: parts.reduce(hmac, hmac(`AWS4${secret}`, day)) };
    }
    return last.key;
  };

  return (headers, body, { credentials, now }) => {
    const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
    const day = date.slice(0, 8);
    const hash = sha256(body);
    const all: Record<string, string> = {
      ...headers,
      "x-amz-content-sha256": hash,
      "x-amz-date": date,
      ...(credentials.sessionToken && { "x-amz-security-token": credentials.sessionToken }),
    };
    const names = Object.keys(all).sort();
    const lines = names.map((name) => `${name}:${all[name]}\n`).join("");
    const scope = `${day}/${region}/${service}/aws4_request`;
    const canonical = ["POST", "/", "", lines, names.join(";"), hash].join("\n");
    const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
    const signature = hmac(keyFor(credentials.secretAccessKey, day), text).toString("hex");
    return {
      ...all,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
    };
  };
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
