import { checkStudios } from "#lib/studios/check-studios.ts";
import { log, now, perfectgym } from "#lib/wiring/upstream.ts";

export const handler = checkStudios({ perfectgym, log, now });
