import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "#infra/http-server.ts";
import { type CorsSettings, corsHeaders } from "./cors.ts";
import type { Issuer, TokenAnswer } from "./issuer.ts";

/** The greatest size of a token request, in bytes. */
const formLimit = 16 * 1024;

const tooLarge: TokenAnswer = {
  status: 413,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: { error: "invalid_request", error_description: `a token request may have at most ${formLimit} bytes` },
};

/** Answers `POST /oauth2/token`. CORS is the gateway's. */
export const createTokenEndpoint =
  (issuer: Issuer, cors: CorsSettings | undefined) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await readBody(request, formLimit);
    const { status, headers, body } = form
      ? await issuer.token(new URLSearchParams(form.toString()), request.headers.authorization)
      : tooLarge;
    response.writeHead(status, { ...headers, ...corsHeaders(cors, request) }).end(JSON.stringify(body));
  };
