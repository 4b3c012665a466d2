import type { Effect, Stage } from "./faults.ts";
import type { PlannedFault } from "./plan.ts";

/** Decides which fault hits which request of a run. */
export interface Sabotage {
  /** For a request that arrives. */
  readonly before: (stage: Stage) => readonly Effect[];
  /** For a request that the service has carried out. */
  readonly after: (stage: Stage) => readonly Effect[];
  /** Names of the faults that hit, in order. */
  readonly injected: readonly string[];
  /** Ends all faults. */
  readonly end: () => void;
}

export const createSabotage = (faults: readonly PlannedFault[]): Sabotage => {
  const injected: string[] = [];
  const counts = new Map<Stage, number>();
  let pending: PlannedFault[] = [];
  let left = faults;
  const hit = (hits: readonly PlannedFault[]): Effect[] => {
    injected.push(...hits.map(({ name }) => name));
    return hits.map(({ effect }) => effect);
  };
  return {
    injected,
    before: (stage) => {
      const count = counts.get(stage) ?? 0;
      counts.set(stage, count + 1);
      const hits = left.filter((each) => each.stage === stage && count >= each.nth && count < each.nth + each.times);
      const [later, now] = [hits.filter(waitsForAnswer), hits.filter((each) => !waitsForAnswer(each))];
      pending.push(...later);
      return hit(now);
    },
    after: (stage) => {
      const hits = pending.filter((each) => each.stage === stage);
      pending = pending.filter((each) => each.stage !== stage);
      return hit(hits);
    },
    end: () => {
      pending = [];
      left = [];
    },
  };
};

const waitsForAnswer = ({ effect }: PlannedFault): boolean => "kill" in effect && effect.kill === "answered";
