import { createIdlePeriodAmendment } from "#lib/operations/idle-periods.ts";
import { forms } from "#lib/wiring/forms.ts";
import { serveWrite } from "#lib/writes/serve-write.ts";

export const handler = serveWrite(createIdlePeriodAmendment, forms);
