import { recordAudit } from "#lib/events/audit.ts";
import { audit } from "#lib/wiring/audit.ts";

export const handler = recordAudit(audit);
