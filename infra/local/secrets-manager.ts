import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { listen } from "#infra/http-server.ts";
import { type Credentials, guard } from "./guard.ts";

const getSecretValue = z
  .string()
  .transform((body, { addIssue }) => {
    try {
      return JSON.parse(body) as unknown;
    } catch {
      return addIssue("not JSON");
    }
  })
  .pipe(z.object({ SecretId: z.string() }));

/**
 * An emulator of Secrets Manager for the real SDK. It supports GetSecretValue and reads `secrets` at each request.
 * Without `credentials`, any are valid.
 */
export const startSecretsManager = async (
  secrets: ReadonlyMap<string, string>,
  credentials?: Credentials,
): Promise<{ url: string; server: Server }> => {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: Readonly<Record<string, unknown>>) =>
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    const target = request.headers["x-amz-target"];
    if (target !== "secretsmanager.GetSecretValue") return answer(400, { __type: "UnknownOperationException" });
    const { SecretId = "" } = getSecretValue.safeParse(await text(request)).data ?? {};
    const SecretString = secrets.get(SecretId);
    if (SecretString === undefined)
      return answer(400, { __type: "ResourceNotFoundException", message: "no such secret" });
    const ARN = `arn:aws:secretsmanager:local:000000000000:secret:${SecretId}`;
    return answer(200, { ARN, Name: SecretId, SecretString, VersionStages: ["AWSCURRENT"] });
  });
  guard(server, credentials);
  return { url: await listen(server, 0), server };
};
