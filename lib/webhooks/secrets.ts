import * as z from "zod/mini";
import { secretPattern } from "./signature.ts";

/** The secret with all partners' signing secrets. The first one of a list is the newest. `npm run partner` writes it. */
export const webhookSecrets = z.record(
  z.string(),
  z
    .array(
      z.strictObject({
        secret: z.string().check(z.regex(secretPattern)),
        /** When a replaced secret ends. */
        until: z.optional(z.iso.datetime()),
      }),
    )
    .check(z.minLength(1)),
);

export type WebhookSecrets = z.infer<typeof webhookSecrets>;

/** There is no secret to sign with. The message has no value. */
export class SigningSecretMissing extends Error {
  override readonly name = "SigningSecretMissing";
}

/** The partner's secrets that are valid now. @throws SigningSecretMissing, or what the fetch throws */
export type SecretsOf = (partner: string) => Promise<readonly string[]>;

export interface SecretsOptions {
  /** The secret's text. */
  readonly fetchSecret: () => Promise<string>;
  readonly now: () => number;
  /** How long a fetched secret is used. A partner whom it lacks makes it be fetched again. @default 300000 */
  readonly ttlMs?: number;
}

export const createSecrets = ({ fetchSecret, now, ttlMs = 300_000 }: SecretsOptions): SecretsOf => {
  let known: { readonly until: number; readonly secrets: Promise<WebhookSecrets> } | undefined;

  const fetched = (): Promise<WebhookSecrets> => {
    if (known && now() < known.until) return known.secrets;
    const secrets = fetchSecret().then(parseSecrets);
    known = { until: now() + ttlMs, secrets };
    return secrets;
  };

  return async (partner) => {
    try {
      const valid = ((await fetched())[partner] ?? []).filter(
        ({ until }) => until === undefined || now() < Date.parse(until),
      );
      if (valid.length === 0) throw new SigningSecretMissing("the partner has no signing secret");
      return valid.map(({ secret }) => secret);
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
};

/** @throws SigningSecretMissing: a parser's own message would quote the secrets */
export const parseSecrets = (text: string): WebhookSecrets => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SigningSecretMissing("the secret with the signing secrets is not JSON");
  }
  const { data } = webhookSecrets.safeParse(json);
  if (!data) throw new SigningSecretMissing("the secret with the signing secrets is not as npm run partner writes it");
  return data;
};
