import type { Bundles } from "#infra/bundle/bundle.ts";
import { entitlements } from "#lib/http/entitlements.ts";
import type { Limits } from "#lib/limits/limits.ts";
import { createLambda, type Lambda } from "./lambda.ts";
import type { Service } from "./service.ts";

export interface Surroundings {
  readonly bundles: Bundles;
  /** Variables that all functions get besides their own, such as the addresses of AWS services. */
  readonly environment: Readonly<Record<string, string>>;
  /** The values of references to resources. A resource without an entry has its logical id as value. */
  readonly references?: Readonly<Record<string, string>>;
  /** Of every partner, in place of those in PARTNERS. */
  readonly partnerLimits?: Limits;
  /** Gets what the functions write. @default writes it to stderr */
  readonly onLog?: (lines: string) => void;
}

/** The functions of a service, each with its own environment. */
export const createFunctions = (service: Service, surroundings: Surroundings): ReadonlyMap<string, Lambda> => {
  const { provider, functions } = service;
  const { bundles, environment, references = {}, partnerLimits, onLog } = surroundings;
  const create = ([name, own]: [string, Service["functions"][string]]): [string, Lambda] => {
    const lambda = createLambda({
      name: own.name,
      bundle: bundles(name),
      memorySize: own.memorySize ?? provider.memorySize,
      timeoutSeconds: own.timeout ?? provider.timeout,
      environment: {
        ...lambdaEnvironment(provider.region),
        ...environment,
        ...withLimits(valuesOf(own.environment, references), partnerLimits),
      },
      ...(onLog && { onLog }),
    });
    return [name, lambda];
  };
  return new Map(Object.entries(functions).map(create));
};

const withLimits = (environment: Record<string, string>, limits: Limits | undefined): Record<string, string> => {
  const { PARTNERS } = environment;
  if (!PARTNERS || !limits) return environment;
  return {
    ...environment,
    PARTNERS: JSON.stringify(entitlements.parse(JSON.parse(PARTNERS)).map((each) => ({ ...each, limits }))),
  };
};

/** The variables that Lambda itself sets. */
const lambdaEnvironment = (region: string): Record<string, string> => ({
  AWS_REGION: region,
  TZ: ":UTC",
});

/** The value of a reference to a resource: its entry in `references`, or its logical id. */
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
