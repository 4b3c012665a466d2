import { assets } from "./assets.ts";
import { builtins } from "./builtins.ts";
import { guides } from "./guides.ts";
import { lean } from "./lean.ts";
import { unused } from "./unused.ts";

/** esbuild's plugins, as infra/bundle/options.yml names them. */
export default [builtins, assets, guides, lean, unused];
