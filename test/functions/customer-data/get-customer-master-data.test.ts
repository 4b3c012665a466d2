import { getCustomerMasterData } from "#lib/operations/master-data.ts";
import { serves } from "../serves.ts";

serves(getCustomerMasterData, {
  load: () => import("#functions/customer-data/get-customer-master-data.ts"),
  params: { customerId: "1000" },
  answer: '{"firstName":"Robin","amendmentConfigurationStatus":"READ"}',
});
