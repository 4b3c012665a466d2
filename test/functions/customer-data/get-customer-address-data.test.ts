import { getCustomerAddressData } from "#lib/operations/address-data.ts";
import { serves } from "../serves.ts";

serves(getCustomerAddressData, {
  load: () => import("#functions/customer-data/get-customer-address-data.ts"),
  params: { customerId: "1000" },
  answer: '{"street":"Am Bahnhof","amendmentConfigurationStatus":"CHANGES_REQUIRE_VERIFICATION","new":[1]}',
});
