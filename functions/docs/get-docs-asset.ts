import { serveAsset } from "#lib/docs/assets.ts";

export const handler = serveAsset;
