import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import middy from "@middy/core";
import { z } from "zod";

/** middy, zod, the SDK and fetch, as their own documentation shows them. The key is fetched once. */
const secrets = new SecretsManagerClient({});
const event = z.object({ pathParameters: z.object({ customerId: z.string().regex(/^[1-9]\d*$/) }) });
let studio;

const fetchStudio = async () => {
  const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.STUDIOS_SECRET_ID }));
  return JSON.parse(SecretString)["studio-1"];
};

export const read = async (given) => {
  const { pathParameters } = event.parse(given);
  studio ??= await fetchStudio();
  const path = `/v1/memberships/${pathParameters.customerId}/self-service/contract-data`;
  const answer = await fetch(studio.baseUrl + path, { headers: { "x-api-key": studio.apiKey } });
  return {
    statusCode: answer.status,
    headers: { "content-type": "application/json" },
    body: await answer.text(),
  };
};

export const handler = middy()
  .use({
    onError: (request) => {
      request.response = { statusCode: 500, body: "{}" };
    },
  })
  .handler(read);
