import * as z from "zod/mini";
import { type DynamoDb, timeToLive } from "#lib/dynamodb.ts";
import { writeEventDetail } from "./events.ts";

export interface AuditOptions {
  readonly dynamodb: Pick<DynamoDb, "put">;
  readonly table: string;
  readonly years: number;
}

const published = z.object({ "detail-type": z.string(), detail: writeEventDetail });

/** 365.25 days, in milliseconds. */
const yearMs = 31_557_600_000;

/** Of a member, or of a contract if the event names no member. Ids repeat between studios. */
export const memberKey = (studioId: string, customerId: string): string => `${studioId} customer ${customerId}`;
export const contractKey = (studioId: string, contractId: string): string => `${studioId} contract ${contractId}`;

/**
 * The Lambda that keeps the event of each write: who asked for what, when, for whom, and whether she was told that it is
 * accepted or that nobody knows. An event that comes twice is one item. @throws ZodError, which names fields and no values
 */
export const recordAudit =
  ({ dynamodb, table: TableName, years }: AuditOptions) =>
  async (event: unknown): Promise<void> => {
    const { "detail-type": type, detail } = published.parse(event);
    const { studioId, customerId, contractId, receivedAt, eventId } = detail;
    const contract = contractId === undefined ? undefined : contractKey(studioId, contractId);
    const subject = customerId === undefined ? contract : memberKey(studioId, customerId);
    const fields = { ...detail, type, subject: subject ?? studioId, at: `${receivedAt} ${eventId}`, contract };
    const Item = Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, { S: value }]])),
    );
    const expiresAt = timeToLive(Date.parse(receivedAt) + years * yearMs);
    await dynamodb.put({ TableName, Item: { ...Item, expiresAt } });
  };
