import { getCustomerContactData } from "#lib/operations/contact-data.ts";
import { serves } from "../serves.ts";

serves(getCustomerContactData, {
  load: () => import("#functions/customer-data/get-customer-contact-data.ts"),
  params: { customerId: "1000" },
  answer: '{"email":null,"amendmentConfigurationStatus":"READ","pendingAmendment":{"id":0},"new":1}',
});
