import * as style from "asset:./browser/reference.css";
import * as script from "asset:./browser/reference.ts";
import * as licence from "asset:swagger-ui-dist/LICENSE";
import * as swaggerUi from "asset:swagger-ui-dist/swagger-ui-bundle.js";
import { gunzipSync } from "node:zlib";
import { securityHeaders } from "#lib/http/answer-headers.ts";
import type { HttpAnswer, HttpEvent } from "#lib/http/serving.ts";
import { compressed, encodingFor } from "./document.ts";

const assets = new Map([script, style, swaggerUi, licence].map((asset) => [asset.path, asset]));

/** Serves what the pages load. A name stands for one content for ever, so browsers never ask again. */
export const serveAsset = async ({ rawPath, headers: asked }: HttpEvent): Promise<HttpAnswer> => {
  const asset = assets.get(rawPath);
  if (!asset) return { statusCode: 404, headers: { ...securityHeaders, "cache-control": "no-store" } };
  const headers = {
    ...securityHeaders,
    "content-type": asset.type,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
  };
  const encoding = encodingFor(asked["accept-encoding"]);
  if (encoding) return compressed(headers, encoding, asset[encoding]);
  return { statusCode: 200, headers, body: gunzipSync(Buffer.from(asset.gzip, "base64")).toString() };
};
