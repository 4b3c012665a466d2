import type { Localized } from "../http/language.ts";
import { days, type Span } from "./calendar.ts";
import { euros, every, months, type PaymentFrequency, type Rate, weeks } from "./rates.ts";

/** An add-on that the studio sells, at one of its payment frequencies. */
export interface Module {
  readonly id: bigint;
  readonly rate: Omit<Rate, "paymentFrequency">;
  readonly description: Localized;
  readonly paymentFrequencies: readonly PaymentFrequency[];
  readonly trial?: Span;
  readonly isSoldOnline: boolean;
}

export const modules = {
  sauna: {
    id: 2001n,
    rate: {
      name: "Sauna",
      identifier: "MOD-SAU",
      term: months(1),
      renewal: months(1),
      notice: weeks(2),
      basePrice: euros(9.9),
    },
    description: { en: "Use of the sauna", de: "Nutzung der Sauna" },
    paymentFrequencies: [{ id: 10, type: "FREE" }, every(11, months(1), euros(9.9))],
    isSoldOnline: true,
  },
  drinks: {
    id: 2002n,
    rate: {
      name: "Drinks",
      identifier: "MOD-DRI",
      term: months(12),
      renewal: months(12),
      notice: months(1),
      basePrice: euros(5),
    },
    description: { en: "Drinks at the bar", de: "Getränke an der Bar" },
    paymentFrequencies: [every(21, months(1), euros(5))],
    trial: days(14),
    isSoldOnline: true,
  },
  solarium: {
    id: 2003n,
    rate: { name: "Solarium", identifier: "MOD-SOL", term: months(3), basePrice: euros(30) },
    description: { en: "Ends by itself after three months", de: "Endet nach drei Monaten von selbst" },
    paymentFrequencies: [{ id: 31, type: "NON_RECURRING" }],
    isSoldOnline: true,
  },
  training: {
    id: 2004n,
    rate: {
      name: "Personal Training",
      identifier: "MOD-PT",
      term: months(6),
      renewal: months(1),
      notice: months(1),
      basePrice: euros(89),
    },
    description: { en: "Sold at the desk only", de: "Nur im Studio buchbar" },
    paymentFrequencies: [every(41, months(1), euros(89))],
    isSoldOnline: false,
  },
} as const satisfies Record<string, Module>;

export type ModuleName = keyof typeof modules;

/** In the order in which the studio shows them. */
export const allModules: readonly Module[] = Object.values(modules);

/** The terms of a module that is paid in this way. */
export const rateOf = ({ rate }: Module, paymentFrequency: PaymentFrequency): Rate => ({ ...rate, paymentFrequency });
