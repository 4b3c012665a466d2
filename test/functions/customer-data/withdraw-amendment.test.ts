import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { serves } from "../serves.ts";

serves(withdrawAmendment, {
  load: () => import("#functions/customer-data/withdraw-amendment.ts"),
  params: { customerId: "1000", amendmentId: "9007199254740993" },
  answer: "",
});
