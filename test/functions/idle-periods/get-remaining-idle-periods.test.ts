import { getRemainingIdlePeriods } from "#lib/operations/idle-periods.ts";
import { serves } from "../serves.ts";

serves(getRemainingIdlePeriods, {
  load: () => import("#functions/idle-periods/get-remaining-idle-periods.ts"),
  params: { contractId: "1000" },
  answer: '{"remainingMaxTerms": {"value": 3, "unit": "MONTH"}, "remainingFreeTerms": {"value": 0, "unit": "DAY"}}',
});
