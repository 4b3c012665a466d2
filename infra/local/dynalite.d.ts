declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** Folder to keep tables in; absent: memory. */
    readonly path?: string;
    readonly createTableMs?: number;
  }
  function dynalite(options: Options): Server;
  export default dynalite;
}
