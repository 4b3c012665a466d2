import { type Measured, runLambda } from "./lambda.ts";
import type { Variant } from "./variants.ts";

type Name = Exclude<keyof Measured, "warmWalls">;

export interface Rounds {
  readonly median: (variant: string, name: Name) => number;
  /** The median of the ratios to `bare`, each within its round: the machine's speed changes from minute to minute. */
  readonly ratio: (variant: string, name: Name) => number;
  /** Of all warm invocations of all rounds, in milliseconds. */
  readonly wall: (variant: string, share: number) => number;
}

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle - 1)] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

/** Runs each variant once a round, in another order each time. */
export const playRounds = async (
  variants: readonly Variant[],
  { rounds, warm, environment }: { rounds: number; warm: number; environment: Readonly<Record<string, string>> },
  onRound: (round: number) => void = () => {},
): Promise<Rounds> => {
  const found = new Map<string, Measured[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = [...variants.slice(round % variants.length), ...variants.slice(0, round % variants.length)];
    for (const { name, bundle, event } of order)
      found.get(name)?.push(await runLambda({ bundle, event, environment, warm }));
    onRound(round + 1);
  }
  const of = (variant: string) => found.get(variant) ?? [];
  return {
    median: (variant, name) => medianOf(of(variant).map((each) => each[name])),
    ratio: (variant, name) => medianOf(of(variant).map((each, round) => each[name] / (of("bare")[round]?.[name] ?? 0))),
    wall: (variant, share) => {
      const walls = of(variant)
        .flatMap(({ warmWalls }) => warmWalls)
        .toSorted((a, b) => a - b);
      return walls[Math.min(Math.floor(walls.length * share), walls.length - 1)] ?? Number.NaN;
    },
  };
};
