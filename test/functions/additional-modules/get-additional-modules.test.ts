import { getAdditionalModules } from "#lib/operations/additional-modules.ts";
import { serves } from "../serves.ts";

serves(getAdditionalModules, {
  load: () => import("#functions/additional-modules/get-additional-modules.ts"),
  answer: '[{"id": 9007199254740993, "name": "Sauna", "somethingNew": 1.50}]',
});
