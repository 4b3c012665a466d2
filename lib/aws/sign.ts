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
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. AWS takes a request within five minutes. */
  readonly now: number;
}

/**
 * The headers of a `POST /` with Signature Version 4, for a header of each name in lower case, `host` among them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const signed = (
  headers: Readonly<Record<string, string>>,
  body: string,
  { service, region, credentials, now }: Scope,
): Readonly<Record<string, string>> => {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const hash = sha256(body);
  const all: Record<string, string> = {
    ...headers,
    "x-amz-content-sha256": hash,
    "x-amz-date": date,
    ...(credentials.sessionToken && { "x-amz-security-token": credentials.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]}\n`).join("");
  const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
  const canonical = ["POST", "/", "", lines, names.join(";"), hash].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString("hex");
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
