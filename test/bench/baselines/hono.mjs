import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { z } from "zod";

/** Hono's adapter for Lambda, zod, the SDK and fetch. */
const secrets = new SecretsManagerClient({});
const app = new Hono();
const id = z.string().regex(/^[1-9]\d*$/);
let studio;

app.get("/v1/memberships/:customerId/self-service/contract-data", async (c) => {
  if (!studio) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.STUDIOS_SECRET_ID }));
    studio = JSON.parse(SecretString)["studio-1"];
  }
  const path = `/v1/memberships/${id.parse(c.req.param("customerId"))}/self-service/contract-data`;
  const answer = await fetch(studio.baseUrl + path, { headers: { "x-api-key": studio.apiKey } });
  return c.body(await answer.text(), answer.status, { "content-type": "application/json" });
});

export const handler = handle(app);
