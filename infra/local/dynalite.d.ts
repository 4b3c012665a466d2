declare module "dynalite" {
  import type { Server } from "node:http";

  interface Options {
    /** The folder of the tables. Absent: they are in memory. */
    readonly path?: string;
    readonly createTableMs?: number;
  }
  function dynalite(options: Options): Server;
  export default dynalite;
}
