import * as z from "zod/mini";
import { variable } from "#lib/environment.ts";
import { createLog, describeErrors } from "#lib/observability/log.ts";
import { createPerfectGym } from "#lib/perfectgym/client.ts";
import { StudiosMisconfigured } from "#lib/perfectgym/errors.ts";
import { createStudioStore, type Studios } from "#lib/perfectgym/studios.ts";
import { createTransport } from "#lib/perfectgym/transport.ts";
import { secretsManager } from "./aws.ts";

// zod would make code for each schema when it is first used. A Lambda starts too often for that to pay.
z.config({ jitless: true });

/** A start waits no longer for an upstream that does not answer. */
const openWithinMs = 500;

const secretId = variable("STUDIOS_SECRET_ID");

/** The text of a secret. Empty if it has bytes instead. */
export const fetchSecret = async (SecretId: string): Promise<string> => {
  const { SecretString = "" } = (await secretsManager("GetSecretValue", { SecretId })) as { SecretString?: string };
  return SecretString;
};

export const log = createLog({ write: (line) => process.stdout.write(line), namespace: variable("METRICS_NAMESPACE") });

export const now = () => Date.now();

const studios = createStudioStore({
  now,
  onStale: ({ error, ...times }) => {
    const reason = error instanceof StudiosMisconfigured ? { reason: error.message } : {};
    log.studios({ ...times, ...reason, errors: describeErrors(error) });
  },
  fetchSecret: () => fetchSecret(secretId),
});

const transport = createTransport();

/** The client of the upstream, with the studios' keys. Only the files of this folder make clients of services. */
export const perfectgym = createPerfectGym({ studios, transport });

/** For the first read, if it is known where that will go: studios of one tenant have one host. */
const openConnection = async (known: Studios): Promise<void> => {
  const [origin, ...others] = new Set(Array.from(known.values(), ({ baseUrl }) => new URL(baseUrl).origin));
  if (origin !== undefined && others.length === 0) await transport.open(new URL(origin), openWithinMs);
};

// During the start, when a Lambda has a whole CPU: fetches the keys and opens a connection. If that fails, the first call does it.
await studios
  .current()
  .then(openConnection)
  .catch(() => undefined);
