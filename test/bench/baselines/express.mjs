import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import axios from "axios";
import express from "express";
import serverless from "serverless-http";

/** Express behind serverless-http, axios and the SDK. */
const secrets = new SecretsManagerClient({});
const app = express();
let studio;

app.get("/v1/memberships/:customerId/self-service/contract-data", async (request, response) => {
  if (!studio) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.STUDIOS_SECRET_ID }));
    studio = JSON.parse(SecretString)["studio-1"];
  }
  const path = `/v1/memberships/${request.params.customerId}/self-service/contract-data`;
  const answer = await axios.get(studio.baseUrl + path, {
    headers: { "x-api-key": studio.apiKey },
    responseType: "text",
  });
  response.status(answer.status).type("json").send(answer.data);
});

export const handler = serverless(app);
