import { serveGuide } from "#lib/docs/guides.ts";

export const handler = serveGuide;
