/** A guide of docs/guides. infra/bundle/guides.ts makes it a module when a bundle is built. */
declare module "*.md" {
  export const title: string;
  /** Its text without the title. */
  export const html: string;
}
