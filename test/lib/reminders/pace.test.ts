import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Rhythm, slowDown, takeSlots } from "#lib/reminders/pace.ts";

interface Step {
  readonly afterMs: number;
  readonly count: number;
  /** For how many seconds the upstream asked the job to wait. */
  readonly asked: number | undefined;
}

const steps = fc.array(
  fc.record<Step>({
    afterMs: fc.integer({ min: 0, max: 30_000 }),
    count: fc.integer({ min: 1, max: 10 }),
    asked: fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined, freq: 8 }),
  }),
  { minLength: 1, maxLength: 200 },
);

/** When each call is made, in milliseconds, and the pauses that the upstream asked for. */
const play = (story: readonly Step[], ratePerMinute: number) => {
  const calls: number[] = [];
  const pauses: { from: number; until: number }[] = [];
  let rhythm: Rhythm | undefined;
  let now = 1_000_000;
  for (const { afterMs, count, asked } of story) {
    now += afterMs;
    const taken = takeSlots(rhythm, { count, ratePerMinute, now });
    rhythm = taken.rhythm;
    const { granted, startInMs, intervalMs } = taken.slots;
    for (let i = 0; i < granted; i++) calls.push(now + startInMs + i * intervalMs);
    if (asked !== undefined) {
      rhythm = slowDown(rhythm, { seconds: asked, isAtLimit: asked % 2 === 0, now });
      pauses.push({ from: now, until: now + asked * 1000 });
    }
  }
  return { calls, pauses };
};

describe("the pace", () => {
  test.each([1, 60, 300, 6_000])("has at most %i calls in any 60 seconds", (ratePerMinute) =>
    fc.assert(
      fc.property(steps, (story) => {
        const { calls } = play(story, ratePerMinute);
        for (const [i, from] of calls.entries()) {
          const within = calls.slice(i).findIndex((at) => at >= from + 60_000 - 0.001);
          expect(within === -1 ? calls.length - i : within).toBeLessThanOrEqual(ratePerMinute);
        }
      }),
    ),
  );

  test("takes no new slot in a pause that the upstream asked for", () =>
    fc.assert(
      fc.property(steps, (story) => {
        const { calls, pauses } = play(story, 300);
        for (const { from, until } of pauses) {
          // Eight seconds of slots may have been handed out before.
          const between = calls.filter((at) => at > from + 8_100 && at < until - 0.001);
          expect(between).toEqual([]);
        }
      }),
    ));

  test("continues at the same rate after a 503", () => {
    const busy = slowDown(undefined, { seconds: 10, isAtLimit: false, now: 0 });
    expect(takeSlots(busy, { count: 3, ratePerMinute: 300, now: 0 }).slots).toEqual({
      granted: 0,
      startInMs: 10_000,
      intervalMs: 61_000 / 300,
    });
  });

  test("halves after a 429, once for several 429 of the same moment, and recovers", () => {
    const now = 1_000_000;
    const asked = { seconds: 30, isAtLimit: true, now };
    const once = slowDown(slowDown(undefined, asked), { ...asked, now: now + 50 });
    const at = (ms: number) => takeSlots(once, { count: 1, ratePerMinute: 300, now: ms }).slots.intervalMs;
    expect([at(now + 31_000), at(now + 631_000)].map(Math.round)).toEqual([407, 203]);
    expect(Math.round(at(now + 36_000_000))).toBe(203);
  });

  test("recovers no sooner if a 503 comes in between", () => {
    const now = 1_000_000;
    const atLimit = { seconds: 1, isAtLimit: true, now };
    const slow = slowDown(slowDown(undefined, atLimit), { ...atLimit, now: now + 60_000 });
    const allowed = (rhythm: Rhythm, ms: number) =>
      61_000 / 300 / takeSlots(rhythm, { count: 1, ratePerMinute: 300, now: ms }).slots.intervalMs;
    const later = now + 60_000 + 700_000;
    const asked = [0, 10_000, 20_000].reduce(
      (rhythm, ms) => slowDown(rhythm, { seconds: 1, isAtLimit: false, now: later + ms }),
      slow,
    );
    expect([allowed(slow, later), allowed(asked, later + 30_000)]).toEqual([0.5, 0.5]);
  });

  test.each([1, 4, 5, 60])("halves although slots are taken already, when the upstream asks for %i s", (seconds) => {
    const now = 1_000_000;
    const busy = takeSlots(undefined, { count: 15, ratePerMinute: 300, now }).rhythm;
    expect(slowDown(busy, { seconds, isAtLimit: true, now }).allowance).toBe(0.5);
  });

  test("grants what a Lambda can wait for, and says when the next slot is free", () => {
    const { slots } = takeSlots(undefined, { count: 10, ratePerMinute: 10, now: 0 });
    expect(slots).toEqual({ granted: 2, startInMs: 0, intervalMs: 6_100 });
  });
});
