import type { Evidence } from "#lib/operations/operation.ts";

/** Nobody has sent it, or it was certainly not carried out. The table has no item, or one from more than 24 hours ago. */
interface Unsent {
  readonly status: "unsent";
}

/** A request works on it and may send it at any moment. From `overAt` on its Lambda no longer exists. */
interface Running {
  readonly status: "running";
  readonly overAt: number;
}

/** It was sent and may have been carried out. Until `overAt` the upstream may still be working on it. */
export interface InDoubt {
  readonly status: "in-doubt";
  readonly overAt: number;
}

/** The upstream accepted or refused it. The answer is absent if it was too large to keep, or if nobody knows which. */
export interface Settled {
  readonly status: "settled";
  readonly answer?: Uint8Array;
}

/** Where a write is according to its item. */
export type StoredState = Unsent | Running | InDoubt | Settled;

/** This request sent it. `isRepeat`: an earlier request sent it too. */
interface Sent {
  readonly status: "sent";
  readonly isRepeat: boolean;
}

/** The upstream refused a repeat, perhaps because it carried out what an earlier request sent. */
interface RefusedRepeat {
  readonly status: "refused-repeat";
}

/** What an attempt to send says about the write. The table in lib/perfectgym/endings.ts derives it. */
export type Ending = "accepted" | "refused" | "not-carried-out" | "possibly-carried-out";

/** What happened to a write in a state. */
export type Observation =
  | { readonly saw: "request"; readonly state: StoredState }
  | {
      readonly saw: "data";
      readonly state: InDoubt | Settled | RefusedRepeat;
      readonly verdict: Evidence["verdict"] | "unreadable";
    }
  | { readonly saw: "ending"; readonly state: Sent; readonly ending: Ending };

/** The request that observes. Times are in milliseconds since the epoch. */
export interface Attempt {
  /** When it found the write in its state. All its reads come after that. */
  readonly begunAt: number;
  /** From then on, neither the gateway nor the upstream still works on this request. */
  readonly overAt: number;
  /** Whether the data can show this kind of write: right after it, only to a later request, or never. */
  readonly readBack: "at-once" | "later" | "never";
  /** How long a read may lag behind a write, in milliseconds. @default 0 */
  readonly lagMs?: number | undefined;
}

/** What to do next. */
export type Step =
  | { readonly do: "replay"; readonly answer: Uint8Array }
  /** Another request works on it: 409. */
  | { readonly do: "turn-away" }
  | { readonly do: "read"; readonly state: InDoubt | Settled | RefusedRepeat }
  | { readonly do: "send"; readonly state: Sent }
  | { readonly do: "conclude"; readonly outcome: "accepted" | "refused" | "not-carried-out" }
  | ({ readonly do: "conclude" } & Undecided);

interface Undecided {
  readonly outcome: "in-doubt";
  /** What the item says from now on. */
  readonly state: InDoubt | Settled;
  /** When a repeat may find out more, in milliseconds since the epoch. `soon`: the data cannot be read just now. Absent: waiting does not help. */
  readonly settlesAt?: number | "soon" | undefined;
}

/** Decides the next step of a write, alone in this project. docs/writes.md has the diagram. */
export const next = (observation: Observation, attempt: Attempt): Step => {
  if (observation.saw === "request") return afterRequest(observation.state, attempt);
  if (observation.saw === "data") return afterData(observation, attempt);
  return afterEnding(observation, attempt);
};

const afterRequest = (state: StoredState, { begunAt }: Attempt): Step => {
  switch (state.status) {
    case "unsent":
      return { do: "send", state: { status: "sent", isRepeat: false } };
    case "running": // A Lambda that died before it recorded an ending may have sent it.
      if (begunAt < state.overAt) return { do: "turn-away" };
      return { do: "read", state: { status: "in-doubt", overAt: state.overAt } };
    case "in-doubt":
      return { do: "read", state };
    case "settled":
      return state.answer ? { do: "replay", answer: state.answer } : { do: "read", state };
  }
};

const afterData = ({ state, verdict }: DataSeen, attempt: Attempt): Step => {
  const { begunAt, overAt, lagMs = 0 } = attempt;
  // What an earlier read does not show proves nothing: the upstream may carry the write out, or show it, only after it.
  const showsAllAt = state.status === "in-doubt" ? state.overAt + lagMs : begunAt;
  const isEarly = begunAt < showsAllAt;
  // A read that lags may not show yet what is only to be taken away.
  const isProven = verdict === "carried-out" || (verdict === "gone" && !(isEarly && lagMs > 0));
  if (isProven) return { do: "conclude", outcome: "accepted" };
  if (verdict === "not-carried-out" && !isEarly && state.status !== "settled")
    return state.status === "in-doubt"
      ? { do: "send", state: { status: "sent", isRepeat: true } }
      : afterRefusedRepeat(begunAt, lagMs);
  const settlesAt = readAgainAt(verdict, isEarly ? showsAllAt : undefined, attempt);
  return {
    do: "conclude",
    outcome: "in-doubt",
    state: state.status === "refused-repeat" ? { status: "in-doubt", overAt } : state,
    settlesAt,
  };
};

type DataSeen = Extract<Observation, { saw: "data" }>;

/** When a repeat may see more. `showsAllAt` is undefined if a read already showed all that there is. */
const readAgainAt = (
  verdict: DataSeen["verdict"],
  showsAllAt: number | undefined,
  { readBack, lagMs = 0 }: Attempt,
): Undecided["settlesAt"] => {
  if (verdict === "unreadable") return readBack === "never" ? undefined : "soon";
  return verdict === "unclear" && lagMs === 0 ? undefined : showsAllAt;
};

/** Where reads lag, the refusal may know of the write before the data does. It is not sent again, but a later read may show it. */
const afterRefusedRepeat = (begunAt: number, lagMs: number): Step =>
  lagMs === 0
    ? { do: "conclude", outcome: "refused" }
    : { do: "conclude", outcome: "in-doubt", state: { status: "settled" }, settlesAt: begunAt + lagMs };

const afterEnding = (
  { state: { isRepeat }, ending }: Extract<Observation, { saw: "ending" }>,
  { overAt, readBack }: Attempt,
): Step => {
  if (ending === "refused" && isRepeat) return { do: "read", state: { status: "refused-repeat" } };
  if (ending !== "possibly-carried-out") return { do: "conclude", outcome: ending };
  const state: InDoubt = { status: "in-doubt", overAt };
  if (readBack === "at-once") return { do: "read", state };
  return { do: "conclude", outcome: "in-doubt", state, settlesAt: overAt };
};
