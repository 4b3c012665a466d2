import { problemPage } from "#lib/http/problem-page.ts";

export const handler = problemPage;
