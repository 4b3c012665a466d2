import { createCall } from "#infra/sandbox/http/call.ts";
import type { Day } from "#infra/sandbox/members/calendar.ts";
import type { Contract, Customer } from "#infra/sandbox/members/customer.ts";
import { firstIds } from "#infra/sandbox/members/invent.ts";
import { readContracts } from "#infra/sandbox/operations/contract-data.ts";
import { createStudio, type Studio } from "#infra/sandbox/studio.ts";
import { writeJson } from "#lib/operations/json.ts";

export interface MembershipOptions {
  readonly seed: number;
  /** The number of members at the end, including those who join later. */
  readonly members: number;
  readonly today: () => Day;
}

/** The members of a studio and their contracts, invented by the sandbox. */
export interface Membership {
  readonly ids: readonly string[];
  /** JSON. @throws Refusal for a member that the studio does not have */
  readonly tell: (customerId: string) => string;
  readonly contracts: (customerId: string) => readonly Contract[];
  readonly change: (customerId: string, contract: Contract) => void;
}

export const createMembership = ({ seed, members, today }: MembershipOptions): Membership => {
  const now = () => new Date(`${today()}T00:00:00Z`);
  const sandbox = createStudio({ seed, members, now, since: now(), cancelations: "AT_ONCE", contactChanges: "MERGED" });
  const { data } = sandbox.customer(BigInt(firstIds.MEMBER));
  const customers = new Map<bigint, Customer>();
  const ids: string[] = [];
  for (const place of Array(members).keys()) {
    const id = BigInt(firstIds.MEMBER + place);
    // Members' data is not needed here, and would fill the memory.
    customers.set(id, { ...sandbox.customer(id), data });
    ids.push(String(id));
  }
  const studio: Studio = { ...sandbox, today, customer: (id) => customers.get(id) ?? sandbox.customer(id) };
  const contractsOf = (customerId: string) => studio.customer(BigInt(customerId)).contracts;
  const query = new URLSearchParams();
  return {
    ids,
    tell: (customerId) =>
      writeJson(readContracts(studio, createCall({ params: { customerId }, query, headers: {}, text: "" }))),
    contracts: contractsOf,
    change: (customerId, changed) => {
      const customer = studio.customer(BigInt(customerId));
      const contracts = customer.contracts.map((each) => (each.id === changed.id ? changed : each));
      customers.set(customer.id, { ...customer, contracts });
    },
  };
};
