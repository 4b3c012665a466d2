/** A file for browsers. infra/bundle/assets.ts makes it a module when a bundle is built. */
declare module "asset:*" {
  /** Its address, with a hash of its content. */
  export const path: string;
  /** Its media type. */
  export const type: string;
  /** Its content, compressed, in base64. */
  export const br: string;
  export const gzip: string;
}
