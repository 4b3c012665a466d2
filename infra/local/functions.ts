import type { Bundles } from "#infra/bundle/bundle.ts";
import { createLambda, type Lambda } from "./lambda.ts";
import type { Service } from "./service.ts";

export interface Surroundings {
  readonly bundles: Bundles;
  /** What is set for all of them besides the service's own: where the SDK finds the services. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a reference to a resource stands for, where that is not its logical id. */
  readonly references?: Readonly<Record<string, string>>;
  /** @default to stderr, as it is */
  readonly onLog?: (lines: string) => void;
}

/** The functions of a service, each with its own environment. */
export const createFunctions = (service: Service, surroundings: Surroundings): ReadonlyMap<string, Lambda> => {
  const { provider, functions } = service;
  const { bundles, environment, references = {}, onLog } = surroundings;
  const create = ([name, own]: [string, Service["functions"][string]]): [string, Lambda] => {
    const lambda = createLambda({
      name: own.name,
      bundle: bundles(name),
      memorySize: own.memorySize ?? provider.memorySize,
      timeoutSeconds: own.timeout ?? provider.timeout,
      environment: {
        ...lambdaEnvironment(provider.region),
        ...environment,
        ...valuesOf(own.environment, references),
      },
      ...(onLog && { onLog }),
    });
    return [name, lambda];
  };
  return new Map(Object.entries(functions).map(create));
};

/** What Lambda sets by itself. */
const lambdaEnvironment = (region: string): Record<string, string> => ({
  AWS_REGION: region,
  TZ: ":UTC",
});

/** A reference to a resource is its name here, unless it stands for something else. */
const valuesOf = (
  environment: Service["functions"][string]["environment"],
  references: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      typeof value === "object" ? (references[value.Ref] ?? value.Ref) : String(value),
    ]),
  );
