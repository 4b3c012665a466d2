/** @throws Error that names the variable */
export const variable = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set`);
  return value;
};

/**
 * How long a call to an AWS service may take, in ms. Off AWS, `AWS_PATIENCE` multiplies it: emulators share the
 * machine's cores with other programs, and there the limit only has to end a hang.
 */
export const awsTimeLimit = (ms: number): number => ms * Number(process.env["AWS_PATIENCE"] ?? 1);

/** Reads a whole number from `least` to `most` in digits. Undefined if the text is anything else. */
export const wholeNumberIn = (
  text: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { readonly least?: number; readonly most?: number } = {},
): number | undefined => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
};

/** A setting that is on or off. @throws Error that names the variable */
export const isOn = (name: string): boolean => {
  const value = variable(name);
  if (value !== "true" && value !== "false") throw new Error(`environment variable ${name} is neither true nor false`);
  return value === "true";
};

/** A whole number of at least 1 from the environment. @throws Error that names the variable */
export const wholeNumber = (name: string): number => {
  const value = wholeNumberIn(variable(name), { least: 1 });
  if (value === undefined) throw new Error(`environment variable ${name} is not a whole number of at least 1`);
  return value;
};
