import type { LiveWrites } from "#lib/http/serving.ts";
import { confirm } from "#lib/writes/confirmation.ts";
import { writes } from "./writes.ts";

/** The side effects of a Lambda whose receipt can be a text for members. Only such a Lambda must load its words. */
export const receipts: LiveWrites = { ...writes, confirm };
