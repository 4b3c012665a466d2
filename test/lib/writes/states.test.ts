import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attempt, type Ending, next, type Step, type StoredState } from "#lib/writes/states.ts";

const attempt = (parts: Partial<Attempt> = {}): Attempt => ({
  begunAt: 1_000,
  overAt: 30_000,
  readBack: "at-once",
  ...parts,
});
const inDoubt = (overAt: number) => ({ status: "in-doubt", overAt }) as const;
type Verdict = "carried-out" | "gone" | "not-carried-out" | "unclear" | "unreadable";
const first = { status: "sent", isRepeat: false } as const;
const repeat = { status: "sent", isRepeat: true } as const;

test.each<[StoredState, Step["do"]]>([
  [{ status: "unsent" }, "send"],
  [{ status: "running", overAt: 1_001 }, "turn-away"],
  [{ status: "running", overAt: 1_000 }, "read"],
  [inDoubt(20_000), "read"],
  [{ status: "settled" }, "read"],
  [{ status: "settled", answer: new Uint8Array(1) }, "replay"],
])("a request for a write that is %j leads to %s", (state, step) => {
  expect(next({ saw: "request", state }, attempt()).do).toBe(step);
});

test.each(["carried-out", "unclear", "unreadable"] as const)(
  "a refusal of a repeat is only final if nothing was carried out: %s",
  (verdict) => {
    const step = next({ saw: "ending", state: repeat, ending: "refused" }, attempt());
    if (step.do !== "read") throw new Error(`the step is ${step.do}`);
    const after = next({ saw: "data", state: step.state, verdict }, attempt());
    expect(after).toMatchObject({ do: "conclude", outcome: verdict === "carried-out" ? "accepted" : "in-doubt" });
  },
);

test("data that shows nothing proves nothing until the earlier attempt is over", () => {
  const seen = { saw: "data", verdict: "not-carried-out", state: inDoubt(2_000) } as const;
  expect(next(seen, attempt({ begunAt: 1_999 }))).toMatchObject({ outcome: "in-doubt", settlesAt: 2_000 });
  expect(next(seen, attempt({ begunAt: 2_000 }))).toMatchObject({ do: "send" });
});

describe("where reads lag behind writes", () => {
  const lagging = { lagMs: 10_000 };
  const seen = (verdict: Verdict) => ({ saw: "data", verdict, state: inDoubt(2_000) }) as const;

  test("what is not there proves nothing until the lag is over, what is there does", () => {
    const [early, late] = [attempt({ ...lagging, begunAt: 11_999 }), attempt({ ...lagging, begunAt: 12_000 })];
    expect(next(seen("not-carried-out"), early)).toMatchObject({ outcome: "in-doubt", settlesAt: 12_000 });
    expect(next(seen("unclear"), early)).toMatchObject({ outcome: "in-doubt", settlesAt: 12_000 });
    expect(next(seen("carried-out"), early)).toMatchObject({ outcome: "accepted" });
    expect(next(seen("not-carried-out"), late)).toMatchObject({ do: "send" });
    expect(next(seen("unclear"), late)).toMatchObject({ outcome: "in-doubt", settlesAt: undefined });
  });

  test("what is gone proves a write only then, or at once if reads do not lag", () => {
    const [early, late] = [attempt({ ...lagging, begunAt: 11_999 }), attempt({ ...lagging, begunAt: 12_000 })];
    expect(next(seen("gone"), early)).toMatchObject({ outcome: "in-doubt", settlesAt: 12_000 });
    expect(next(seen("gone"), late)).toMatchObject({ outcome: "accepted" });
    expect(next(seen("gone"), attempt({ begunAt: 1_000 }))).toMatchObject({ outcome: "accepted" });
  });

  test("a refused repeat is no proof that nothing was carried out, and is not sent again", () => {
    const step = next(
      { saw: "data", verdict: "not-carried-out", state: { status: "refused-repeat" } },
      attempt(lagging),
    );
    expect(step).toMatchObject({ outcome: "in-doubt", state: { status: "settled" }, settlesAt: 11_000 });
  });
});

test("an accepted write whose answer was too large to keep is never sent again, whatever the data shows", () => {
  for (const verdict of ["not-carried-out", "unclear", "unreadable"] as const)
    expect(next({ saw: "data", verdict, state: { status: "settled" } }, attempt({ begunAt: 9e9 }))).toMatchObject({
      outcome: "in-doubt",
      state: { status: "settled" },
    });
});

test("a write that is not read back at once is in doubt until its own attempt is over", () => {
  const seen = { saw: "ending", state: first, ending: "possibly-carried-out" } as const;
  for (const readBack of ["later", "never"] as const)
    expect(next(seen, attempt({ readBack }))).toMatchObject({ state: inDoubt(30_000), settlesAt: 30_000 });
});

/** What one request meets: anything, in any order. Its Lambda may die after any number of steps. */
const requests = fc.array(
  fc.record({
    pauseMs: fc.integer({ min: 0, max: 60_000 }),
    ending: fc.constantFrom<Ending>("accepted", "refused", "not-carried-out", "possibly-carried-out"),
    verdict: fc.constantFrom("carried-out", "gone", "not-carried-out", "unclear", "unreadable"),
    secondVerdict: fc.constantFrom("carried-out", "gone", "not-carried-out", "unclear", "unreadable"),
    diesAfterSteps: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    isAnswerKept: fc.boolean(),
  }),
  { maxLength: 12 },
);

type Request = typeof requests extends fc.Arbitrary<(infer One)[]> ? One : never;
type Work = Extract<Step, { do: "send" | "read" }>;

/** An onlooker that knows every request, and writes down each broken promise. */
class Onlooker {
  stored: StoredState = { status: "unsent" };
  faults: string[] = [];
  #now = 0;
  /** Nothing that any request saw excludes that the upstream carried it out. */
  #mayBeCarriedOut = false;
  #sentUntil = 0;
  #hasSent = false;

  play(request: Request, { readBack, lagMs = 0 }: Pick<Attempt, "readBack" | "lagMs">): void {
    this.#now += request.pauseMs;
    this.#hasSent = false;
    const mine = { begunAt: this.#now, overAt: this.#now + 29_000, readBack, lagMs };
    const verdicts = [request.verdict, request.secondVerdict];
    let step = next({ saw: "request", state: this.stored }, mine);
    if (!isWork(step)) return;
    this.stored = { status: "running", overAt: mine.overAt };
    for (let steps = 0; isWork(step) && steps !== request.diesAfterSteps; steps++)
      step = step.do === "send" ? this.#send(step, request, mine) : this.#read(step, verdicts.shift(), mine);
    if (isWork(step) || request.diesAfterSteps !== undefined) this.#die();
    else if (step.do === "conclude") this.#conclude(step, request);
  }

  #send({ state }: Extract<Work, { do: "send" }>, { ending }: Request, mine: Attempt): Step {
    if (this.#mayBeCarriedOut) this.faults.push("sent twice without a proof");
    this.#mayBeCarriedOut = ending === "accepted" || ending === "possibly-carried-out";
    this.#sentUntil = mine.overAt;
    this.#hasSent = true;
    return next({ saw: "ending", state, ending }, mine);
  }

  #read({ state }: Extract<Work, { do: "read" }>, verdict: Request["verdict"] = "unreadable", mine: Attempt): Step {
    const showsAllAt = this.#sentUntil + (mine.lagMs ?? 0);
    if (verdict === "not-carried-out" && mine.begunAt >= showsAllAt) this.#mayBeCarriedOut = false;
    return next({ saw: "data", state, verdict }, mine);
  }

  /** Whatever it has sent, nobody learned how that ended. */
  #die(): void {
    if (this.#hasSent) this.#mayBeCarriedOut = true;
  }

  #conclude(step: Extract<Step, { do: "conclude" }>, { isAnswerKept }: Request): void {
    const saysNo = step.outcome === "refused" || step.outcome === "not-carried-out";
    if (saysNo && this.#mayBeCarriedOut) this.faults.push(`${step.outcome} after a possible yes`);
    if (step.outcome === "in-doubt") this.stored = step.state;
    else if (step.outcome === "not-carried-out") this.stored = { status: "unsent" };
    else this.stored = { status: "settled", ...(isAnswerKept && { answer: new Uint8Array(1) }) };
  }
}

const isWork = (step: Step): step is Work => step.do === "send" || step.do === "read";

test.each([
  { readBack: "at-once" },
  { readBack: "later" },
  { readBack: "later", lagMs: 20_000 },
  { readBack: "never" },
] as const)(
  "no sequence of observations sends twice without a proof or denies a write that may be carried out (%j)",
  (attempts) => {
    fc.assert(
      fc.property(requests, (sequence) => {
        const onlooker = new Onlooker();
        for (const request of sequence) onlooker.play(request, attempts);
        expect(onlooker.faults).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  },
);
