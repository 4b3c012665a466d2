import { getContractCancelationReasonData } from "#lib/operations/contracts.ts";
import { serves } from "../serves.ts";

serves(getContractCancelationReasonData, {
  load: () => import("#functions/contracts/get-contract-cancelation-reason-data.ts"),
  answer: '[{"cancelationReasonId": 1000, "cancelationReasonName": "Umzug"}]',
});
