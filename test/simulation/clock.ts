interface Appointment {
  readonly at: number;
  /** Appointments at the same instant keep the order in which they were made. */
  readonly place: number;
  readonly act: () => void;
}

/** A clock that moves on only when nothing is left to do at its instant. In milliseconds since the epoch. */
export interface Clock {
  readonly now: () => number;
  readonly at: (instant: number, act: () => void) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** Runs every appointment before the instant, then shows that instant. */
  readonly playUntil: (instant: number) => Promise<void>;
}

const isBefore = (a: Appointment, b: Appointment): boolean => a.at < b.at || (a.at === b.at && a.place < b.place);

/** A binary heap: the earliest appointment is at the front. */
const createAgenda = () => {
  const heap: Appointment[] = [];
  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  };
  const precedes = (a: number, b: number): boolean => {
    const [first, second] = [heap[a], heap[b]];
    return first !== undefined && second !== undefined && isBefore(first, second);
  };
  const sink = (): void => {
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      const child = precedes(left + 1, left) ? left + 1 : left;
      if (!precedes(child, place)) return;
      swap(place, child);
      place = child;
    }
  };
  return {
    next: () => heap[0],
    add: (appointment: Appointment): void => {
      let place = heap.push(appointment) - 1;
      for (let parent = (place - 1) >> 1; place > 0 && precedes(place, parent); parent = (place - 1) >> 1) {
        swap(place, parent);
        place = parent;
      }
    },
    drop: (): void => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      sink();
    },
  };
};

/** Lets every promise settle that does not wait for the clock. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createClock = (start: number): Clock => {
  const agenda = createAgenda();
  let now = start;
  let made = 0;
  // A timer is never early, and ends at a whole millisecond.
  const at: Clock["at"] = (instant, act) => agenda.add({ at: Math.ceil(Math.max(instant, now)), place: made++, act });
  return {
    now: () => now,
    at,
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    playUntil: async (instant) => {
      await settled();
      for (let next = agenda.next(); next !== undefined && next.at < instant; next = agenda.next()) {
        now = next.at;
        for (let due = agenda.next(); due?.at === now; due = agenda.next()) {
          agenda.drop();
          due.act();
        }
        await settled();
      }
      now = instant;
    },
  };
};
