import type { Span } from "./calendar.ts";

export interface Money {
  readonly amount: number;
  readonly currency: "EUR";
}

interface MonthDayPrice {
  readonly monthDay: { readonly month: string; readonly monthValue: number; readonly dayOfMonth: number };
  readonly price: Money;
}

/** As the upstream tells it. */
export interface PaymentFrequency {
  readonly id: number;
  readonly type: "FREE" | "NON_RECURRING" | "RECURRING" | "MONTH_DAY" | "TERM_BASED";
  readonly term?: Span;
  /** RECURRING only. */
  readonly price?: Money;
  readonly monthDaysToPrices?: readonly MonthDayPrice[];
  readonly termsToPrices?: readonly { readonly term: Span; readonly price: Money }[];
}

/** A tariff. Without `renewal` a contract ends by itself; without `notice` a member cannot cancel it. */
export interface Rate {
  readonly name: string;
  readonly identifier: string;
  readonly term: Span;
  readonly renewal?: Span;
  readonly notice?: Span;
  readonly basePrice: Money;
  readonly paymentFrequency: PaymentFrequency;
}

export const euros = (amount: number): Money => ({ amount, currency: "EUR" });
export const weeks = (value: number): Span => ({ value, unit: "WEEK" });
export const months = (value: number): Span => ({ value, unit: "MONTH" });
const years = (value: number): Span => ({ value, unit: "YEAR" });

export const every = (id: number, term: Span, price: Money): PaymentFrequency => ({
  id,
  type: "RECURRING",
  term,
  price,
});

export const rates = {
  classic: {
    name: "Classic",
    identifier: "CLA-12",
    term: months(12),
    renewal: months(12),
    notice: months(1),
    basePrice: euros(29.9),
    paymentFrequency: every(1, months(1), euros(29.9)),
  },
  premium: {
    name: "Premium",
    identifier: "PRE-24",
    term: months(24),
    renewal: months(12),
    notice: months(3),
    basePrice: euros(39.9),
    paymentFrequency: every(2, months(1), euros(39.9)),
  },
  monthlyAfterAYear: {
    name: "Fit",
    identifier: "FIT-12-1",
    term: months(12),
    renewal: months(1),
    notice: months(1),
    basePrice: euros(34.9),
    paymentFrequency: every(3, months(1), euros(34.9)),
  },
  monthly: {
    name: "Flex",
    identifier: "FLX-1",
    term: months(1),
    renewal: months(1),
    notice: weeks(2),
    basePrice: euros(49),
    paymentFrequency: every(4, months(1), euros(49)),
  },
  weekly: {
    name: "52 Weeks",
    identifier: "WEE-52",
    term: weeks(52),
    renewal: weeks(52),
    notice: { value: 28, unit: "DAY" },
    basePrice: euros(6.99),
    paymentFrequency: every(5, weeks(1), euros(6.99)),
  },
  twiceAYear: {
    name: "Half-Year Payer",
    identifier: "HYP-1",
    term: years(1),
    renewal: years(1),
    notice: weeks(6),
    basePrice: euros(160),
    paymentFrequency: {
      id: 6,
      type: "MONTH_DAY",
      monthDaysToPrices: [
        { monthDay: { month: "JANUARY", monthValue: 1, dayOfMonth: 15 }, price: euros(160) },
        { monthDay: { month: "JULY", monthValue: 7, dayOfMonth: 15 }, price: euros(150) },
      ],
    },
  },
  starter: {
    name: "Starter",
    identifier: "STA-12",
    term: months(12),
    renewal: months(12),
    notice: months(1),
    basePrice: euros(19.9),
    paymentFrequency: {
      id: 7,
      type: "TERM_BASED",
      term: months(1),
      termsToPrices: [
        { term: months(6), price: euros(24.9) },
        { term: months(12), price: euros(29.9) },
      ],
    },
  },
  staff: {
    name: "Staff",
    identifier: "STF",
    term: years(1),
    renewal: years(1),
    basePrice: euros(0),
    paymentFrequency: { id: 8, type: "FREE" },
  },
  course: {
    name: "Ten Weeks",
    identifier: "CRS-10",
    term: weeks(10),
    basePrice: euros(99),
    paymentFrequency: { id: 9, type: "NON_RECURRING" },
  },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;
