import * as z from "zod";

/** @throws Error that names the variable */
export const variable = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set`);
  return value;
};

/**
 * How long a call to an AWS service may take, in ms. Off AWS `AWS_PATIENCE` says how many times longer: emulators share
 * the machine's cores with all else that runs there, and a limit is only to end a hang.
 */
export const awsTimeLimit = (ms: number): number => ms * Number(process.env["AWS_PATIENCE"] ?? 1);

/** At least 1. @throws Error that names the variable */
export const wholeNumber = (name: string): number => {
  const { data } = z.coerce.number().int().min(1).safeParse(variable(name));
  if (data === undefined) throw new Error(`environment variable ${name} is not a whole number of at least 1`);
  return data;
};
