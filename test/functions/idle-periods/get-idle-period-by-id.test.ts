import { getIdlePeriodById } from "#lib/operations/idle-periods.ts";
import { serves } from "../serves.ts";

serves(getIdlePeriodById, {
  load: () => import("#functions/idle-periods/get-idle-period-by-id.ts"),
  params: { contractId: "1000", idlePeriodId: "9007199254740993" },
  answer: '{"id": 9007199254740993, "state": "ACCEPTED", "somethingNew": {"fee": 5.00}}',
});
