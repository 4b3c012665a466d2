import { eventPage } from "#lib/http/event-page.ts";

export const handler = eventPage;
