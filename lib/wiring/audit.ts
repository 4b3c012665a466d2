import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { variable, wholeNumber } from "#lib/environment.ts";
import type { AuditOptions } from "#lib/events/audit.ts";

/** The side effects of `recordAudit`. */
export const audit: AuditOptions = {
  client: new DynamoDBClient({ maxAttempts: 3 }),
  table: variable("AUDIT_TABLE"),
  years: wholeNumber("AUDIT_YEARS"),
};
