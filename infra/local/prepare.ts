import { loadService } from "./service.ts";
import { readSettings } from "./settings.ts";

/** Makes everything that `npm start` keeps between starts. @throws StartFailed */
export const prepare = async (): Promise<void> => {
  // Importing the module compiles it.
  await import("./local.ts");
  await loadService(readSettings({}).stage);
};
