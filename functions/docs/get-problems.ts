import { problemPage } from "#lib/docs/problems.ts";

export const handler = problemPage;
