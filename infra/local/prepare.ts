import { loadService } from "./service.ts";
import { readSettings } from "./settings.ts";

/** Makes all that `npm start` keeps between starts. @throws StartFailed */
export const prepare = async (): Promise<void> => {
  // Loading it compiles it.
  await import("./local.ts");
  const { corsOrigins, clientClaim } = readSettings({});
  await loadService({ corsOrigins, clientClaim });
};
