import * as z from "zod";

/** What osls passes to each export of infra/osls.js, for resolving other values. */
export interface Variables {
  readonly options: { readonly stage?: string | null | undefined; readonly param?: unknown };
  /** A variable as serverless.yml writes it, without `${}`. */
  readonly resolveVariable: (variable: string) => Promise<unknown>;
  readonly resolveConfigurationProperty: (path: readonly string[]) => Promise<unknown>;
}

/** A mistake that the operator can correct. osls prints an error's stack, so the stack is only the sentence. */
export class Misconfigured extends Error {
  override readonly name = "Misconfigured";
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

export type Asked = Pick<Variables, "options" | "resolveVariable">;

/**
 * Reads something once a run of osls, which asks for many values that need it. If it is misconfigured, the first one to
 * ask reports that, and the others get `instead`.
 */
export const oncePerRun = <Value>(read: (variables: Asked) => Promise<Value>, instead: Value) => {
  const runs = new WeakMap<object, Promise<Value>>();
  return (variables: Asked): Promise<Value> => {
    const known = runs.get(variables.options);
    if (known) return known;
    const value = read(variables);
    const later = value.catch((error) => {
      // osls itself throws if a value is not resolved yet, and asks again later.
      if (error instanceof Misconfigured) return instead;
      runs.delete(variables.options);
      throw error;
    });
    later.catch(() => {});
    runs.set(variables.options, later);
    return value;
  };
};

const arn = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });

export type Arn = z.infer<typeof arn>;

const lambda = z.object({
  role: z.string(),
  environment: z.record(z.string(), z.unknown()).default({}),
  destinations: z.object({ onFailure: z.object({ arn }) }).optional(),
  events: z.array(
    z.object({
      httpApi: z.object({ method: z.string(), path: z.string(), authorizer: z.unknown().optional() }).optional(),
      sqs: z.object({ arn }).optional(),
    }),
  ),
});

export type Lambda = z.infer<typeof lambda>;

/** The functions of serverless.yml, by name. @throws Misconfigured if a block lacks a needed field */
export const functionsOf = async ({ resolveConfigurationProperty }: Variables): Promise<Record<string, Lambda>> => {
  const files = z.array(z.record(z.string(), lambda)).safeParse(await resolveConfigurationProperty(["functions"]));
  if (!files.success) throw new Misconfigured(`infra/functions: ${z.prettifyError(files.error)}`);
  return Object.assign({}, ...files.data);
};

/** The names of the functions that partners may call. */
export const operationsOf = async (variables: Variables): Promise<readonly string[]> =>
  Object.entries(await functionsOf(variables)).flatMap(([name, lambda]) => (operationRoute(lambda) ? [name] : []));

/** Of the stage's own metrics in CloudWatch. */
export const metricsNamespace = async ({ resolveConfigurationProperty, resolveVariable }: Variables): Promise<string> =>
  `${await resolveConfigurationProperty(["service"])}/${await resolveVariable("sls:stage")}`;

/** The route of an operation. Undefined for a function that partners cannot call. */
export const operationRoute = ({ events }: Lambda) => events.find(({ httpApi }) => httpApi?.authorizer)?.httpApi;
