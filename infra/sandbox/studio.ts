import { Refusal } from "./http/refusal.ts";
import { type Day, dayOf } from "./members/calendar.ts";
import type { Contract, Customer, CustomerStatus } from "./members/customer.ts";
import { firstIds, inventCustomer, ownerOf } from "./members/invent.ts";
import { asSent, inItsOwnWay, type Keeper } from "./members/keeping.ts";

const prospects = 75;
const firstAmendmentId = 8_000_000_000n;
const firstBoughtModuleId = 9_000_000_000n;
const firstIdlePeriodId = 8_500_000_000n;

/** One write that was carried out. Ids are digits, so that none loses its end. */
export interface Booking {
  readonly operation: string;
  readonly customerId: string;
  readonly contractId?: string;
  readonly amendmentId?: string;
  readonly additionalModuleContractId?: string;
  readonly idlePeriodId?: string;
  /** The day that a cancelation asked for. */
  readonly requestedDate?: Day;
  /** The day that the studio has chosen instead. */
  readonly movedTo?: Day;
  /** What the studio keeps, where that is not written as it was sent. */
  readonly keeping?: "RESPELLED" | "ALTERED";
  /** ISO 8601, of the sandbox's clock. */
  readonly at: string;
}

export interface StudioOptions {
  readonly seed: number;
  readonly members: number;
  readonly now: () => Date;
  readonly since: Date;
  readonly cancelations: "VERIFIED_BY_STUDIO" | "AT_ONCE";
  /** What becomes of contact data that a change leaves out: it stays, or it is gone. */
  readonly contactChanges: "MERGED" | "REPLACED";
  /** @default AS_SENT */
  readonly keeps?: "AS_SENT" | "ITS_OWN_WAY" | undefined;
  /** For how long a read of pauses, and of contracts with their modules, does not show a write yet. @default 0 */
  readonly readLagMs?: number | undefined;
  /** The studio's own id. @default 7000000001 */
  readonly id?: bigint | undefined;
  /** Added to the ids of its customers, so that no other studio of the tenant has them. @default 0 */
  readonly idsFrom?: number | undefined;
  /** The studios of the same tenant, with this one. @default this one */
  readonly tenant?: (() => readonly Studio[]) | undefined;
}

/** What a studio knows, and what was changed. */
export interface Studio {
  readonly id: bigint;
  /** The studios of the same tenant, with this one. */
  tenant(): readonly Studio[];
  readonly cancelations: StudioOptions["cancelations"];
  readonly contactChanges: StudioOptions["contactChanges"];
  readonly keeper: Keeper;
  readonly books: readonly Booking[];
  today(): Day;
  has(customerId: bigint): boolean;
  /** @throws Refusal for a customer that the studio does not have. */
  customer(id: bigint): Customer;
  /** The same as a read shows it, which may lag behind. @throws Refusal for a customer that the studio does not have. */
  shownCustomer(id: bigint): Customer;
  /** @throws Refusal for a contract that no customer has. */
  contract(id: bigint): CustomersContract;
  /** The same as a read shows it, which may lag behind. @throws Refusal for a contract that no customer has. */
  shownContract(id: bigint): CustomersContract;
  /** Customers of a status by their place in the list, at most `count`. */
  slice(status: CustomerStatus, from: number, count: number): readonly Customer[];
  count(status: CustomerStatus): number;
  /** Keeps the changed customer and writes it down, as one. */
  carryOut(changed: Customer, booking: Omit<Booking, "customerId" | "at">): void;
  nextAmendmentId(): bigint;
  nextModuleContractId(): bigint;
  nextIdlePeriodId(): bigint;
  /** From now on, it verifies so, and its reads lag so. */
  configure(settings: Pick<StudioOptions, "cancelations" | "readLagMs">): void;
}

interface CustomersContract {
  readonly customer: Customer;
  readonly contract: Contract;
}

/** A customer before a change, and when that was carried out, in milliseconds. */
interface Before {
  readonly customer: Customer;
  readonly changedAt: number;
}

/** Customers are invented when asked for; only changed ones are kept. Contracts are told from `since`. */
export const createStudio = (options: StudioOptions): Studio => {
  const { seed, members, now, since, contactChanges, keeps, id = 7_000_000_001n, idsFrom = 0, tenant } = options;
  let { cancelations, readLagMs = 0 } = options;
  const counts: Record<CustomerStatus, number> = { MEMBER: members, PROSPECT: prospects };
  const first = { PROSPECT: idsFrom + firstIds.PROSPECT, MEMBER: idsFrom + firstIds.MEMBER };
  const invent = inventCustomer(seed, dayOf(since), idsFrom);
  const changed = new Map<number, Customer>();
  const books: Booking[] = [];
  const before = new Map<number, readonly Before[]>();
  let amendments = 0n;
  let boughtModules = 0n;
  let idlePeriods = 0n;
  const at = (status: CustomerStatus, index: number): Customer =>
    changed.get(first[status] + index) ?? invent(status, index);
  /** As it was before the changes that a read does not show yet. */
  const shown = (customer: Customer): Customer => {
    const recent = before.get(Number(customer.id)) ?? [];
    return recent.find(({ changedAt }) => changedAt > now().getTime() - readLagMs)?.customer ?? customer;
  };
  const contractOf = (id: bigint, view: (customer: Customer) => Customer): CustomersContract => {
    const owner = Number(ownerOf(id)) - first.MEMBER;
    const customer = owner >= 0 && owner < members ? view(at("MEMBER", owner)) : undefined;
    const contract = customer?.contracts.find((each) => each.id === id);
    if (!customer || !contract) throw new Refusal("CONTRACT_UNKNOWN");
    return { customer, contract };
  };
  const placeOf = (customerId: bigint) => {
    const status: CustomerStatus = customerId < first.MEMBER ? "PROSPECT" : "MEMBER";
    const index = Number(customerId) - first[status];
    return index >= 0 && index < counts[status] ? { status, index } : undefined;
  };
  const customer = (customerId: bigint): Customer => {
    const place = placeOf(customerId);
    if (!place) throw new Refusal("CUSTOMER_UNKNOWN");
    return at(place.status, place.index);
  };
  const studio: Studio = {
    id,
    tenant: tenant ?? (() => [studio]),
    get cancelations() {
      return cancelations;
    },
    contactChanges,
    keeper: keeps === "ITS_OWN_WAY" ? inItsOwnWay(seed) : asSent,
    books,
    today: () => dayOf(now()),
    has: (customerId) => placeOf(customerId) !== undefined,
    customer,
    shownCustomer: (id) => shown(customer(id)),
    contract: (id) => contractOf(id, (each) => each),
    shownContract: (id) => contractOf(id, shown),
    slice: (status, from, count) =>
      Array.from({ length: Math.max(0, Math.min(count, counts[status] - from)) }, (_, place) =>
        at(status, from + place),
      ),
    count: (status) => counts[status],
    carryOut: (after, booking) => {
      const number = Number(after.id);
      if (readLagMs > 0) {
        const old = { customer: customer(after.id), changedAt: now().getTime() };
        before.set(number, [...(before.get(number) ?? []), old]);
      }
      changed.set(number, after);
      books.push({ ...booking, customerId: String(after.id), at: now().toISOString() });
    },
    nextAmendmentId: () => firstAmendmentId + amendments++,
    nextModuleContractId: () => firstBoughtModuleId + boughtModules++,
    nextIdlePeriodId: () => firstIdlePeriodId + idlePeriods++,
    configure: (settings) => {
      ({ cancelations, readLagMs = 0 } = settings);
    },
  };
  return studio;
};
