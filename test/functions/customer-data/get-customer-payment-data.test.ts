import { getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import { serves } from "../serves.ts";

serves(getCustomerPaymentData, {
  load: () => import("#functions/customer-data/get-customer-payment-data.ts"),
  params: { customerId: "1000" },
  answer: '{"iban":"DE91 1000 0000 0123 4567 89","requireSignature":true,"amendmentConfigurationStatus":"READ"}',
});
