import * as z from "zod";

/** What osls hands to each export of infra/osls.js, to ask for other values. */
export interface Variables {
  readonly options: { readonly stage?: string | null | undefined };
  /** A variable as serverless.yml writes it, without `${}`. */
  readonly resolveVariable: (variable: string) => Promise<unknown>;
  readonly resolveConfigurationProperty: (path: readonly string[]) => Promise<unknown>;
}

/** The operator can mend this. osls prints an error's stack, and she needs the sentence alone. */
export class Misconfigured extends Error {
  override readonly name = "Misconfigured";
  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}

/** A stage parameter; empty where the stage gives none. */
export const parameter = async ({ resolveVariable }: Pick<Variables, "resolveVariable">, name: string) =>
  String(await resolveVariable(`param:${name}, ''`));

const arn = z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) });

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

/** The functions of serverless.yml, by name. @throws Misconfigured where a block lacks what is derived from it */
export const functionsOf = async ({ resolveConfigurationProperty }: Variables): Promise<Record<string, Lambda>> => {
  const files = z.array(z.record(z.string(), lambda)).safeParse(await resolveConfigurationProperty(["functions"]));
  if (!files.success) throw new Misconfigured(`infra/functions: ${z.prettifyError(files.error)}`);
  return Object.assign({}, ...files.data);
};

/** The route of an operation; undefined for a function that no partner can call. */
export const operationRoute = ({ events }: Lambda) => events.find(({ httpApi }) => httpApi?.authorizer)?.httpApi;
