import * as z from "zod/mini";
import { about } from "./about.ts";
import { customerId, pathId } from "./fields.ts";
import { writeOperation } from "./operation.ts";

/** Withdraws a change of data that is still pending. */
export const withdrawAmendment = writeOperation({
  id: "withdrawAmendment",
  summary: "Take back a change of data that still waits for the studio",
  method: "DELETE",
  path: "/v1/customers/{customerId}/self-service/amendment/{amendmentId}",
  scope: "customer.write",
  params: z.object({ customerId, amendmentId: about(pathId, { description: "`id` of the pending amendment" }) }),
  write: { event: "AmendmentWithdrawn", eventIds: ({ params: { amendmentId } }) => ({ amendmentId }) },
});
