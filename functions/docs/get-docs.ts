import { referencePage } from "#lib/docs/reference.ts";
import type { HttpAnswer, HttpEvent } from "#lib/http/serving.ts";

export const handler = async (event: HttpEvent): Promise<HttpAnswer> =>
  event.rawPath === "/" ? { statusCode: 302, headers: { location: "/docs" } } : referencePage(event);
