import { getPurchasableAdditionalModules } from "#lib/operations/additional-modules.ts";
import { serves } from "../serves.ts";

serves(getPurchasableAdditionalModules, {
  load: () => import("#functions/additional-modules/get-purchasable-additional-modules.ts"),
  params: { contractId: "9007199254740993" },
  answer: '[ {"id": 9007199254740995, "name": "Sauna"} ]',
});
