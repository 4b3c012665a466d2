import { startPage } from "#lib/docs/start.ts";

export const handler = startPage;
