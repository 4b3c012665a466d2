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

/** The whole number that a text writes in digits; undefined where it is anything else, or not from `least` to `most`. */
export const wholeNumberIn = (
  text: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { readonly least?: number; readonly most?: number } = {},
): number | undefined => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

/** At least 1. @throws Error that names the variable */
export const wholeNumber = (name: string): number => {
  const value = wholeNumberIn(variable(name), { least: 1 });
  if (value === undefined) throw new Error(`environment variable ${name} is not a whole number of at least 1`);
  return value;
};
