import { startLocal } from "./local.ts";
import { readSettings, SettingInvalid } from "./settings.ts";

try {
  const { url, token, sandbox, close } = await startLocal(readSettings(process.env));
  const call = (path: string) => `curl -s ${url}${path} -H 'authorization: Bearer ${token}'`;
  process.stdout.write(
    [
      `ready ${url}`,
      "",
      "A token of demo-partner with all scopes, good for an hour:",
      token,
      "",
      call("/v1/memberships/1000/self-service/contract-data"),
      call("/v1/memberships/self-service/contract-cancelation-reasons"),
      "",
      ...(sandbox ? [`The upstream is a sandbox at ${sandbox.url}, X-API-KEY: ${sandbox.apiKey}`, ""] : []),
    ].join("\n"),
  );
  const end = async () => {
    await close();
    process.exit(0);
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
} catch (error) {
  process.stderr.write(
    error instanceof SettingInvalid ? `${error.message}\n` : `${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
}
