/**
 * Hides properties of an error from loggers. The Lambda runtime prints an error that a handler throws, with each of its
 * enumerable properties: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js).
 */
export const conceal = <Failure extends Error>(error: Failure, ...names: readonly (keyof Failure)[]): void => {
  for (const name of names) Object.defineProperty(error, name, { enumerable: false });
};
