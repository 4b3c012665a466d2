import { createDynamoDb } from "#lib/dynamodb.ts";
import { variable, wholeNumber } from "#lib/environment.ts";
import type { AuditOptions } from "#lib/events/audit.ts";
import { dynamodb } from "./aws.ts";

/** The side effects of `recordAudit`. */
export const audit: AuditOptions = {
  dynamodb: createDynamoDb(dynamodb),
  table: variable("AUDIT_TABLE"),
  years: wholeNumber("AUDIT_YEARS"),
};
