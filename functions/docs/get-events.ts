import { eventPage } from "#lib/docs/events.ts";

export const handler = eventPage;
