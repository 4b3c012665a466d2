import { createCustomerAddressDataAmendment, getCustomerAddressData } from "#lib/operations/address-data.ts";
import { withdrawAmendment } from "#lib/operations/amendments.ts";
import { createCustomerContactDataAmendment, getCustomerContactData } from "#lib/operations/contact-data.ts";
import { createCustomerMasterDataAmendment, getCustomerMasterData } from "#lib/operations/master-data.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { createCustomerPaymentDataAmendment, getCustomerPaymentData } from "#lib/operations/payment-data.ts";
import type { Behaviour } from "../http/call.ts";
import { Refusal } from "../http/refusal.ts";
import type { Amendable, Customer, DataKind, Values } from "../members/customer.ts";
import type { Studio } from "../studio.ts";

interface Kind {
  readonly name: DataKind;
  readonly read: Operation;
  readonly change: Operation;
  /** Whether a change may have only some of the fields. */
  readonly isPartial: boolean;
}

const kinds: readonly Kind[] = [
  { name: "contact", read: getCustomerContactData, change: createCustomerContactDataAmendment, isPartial: true },
  { name: "address", read: getCustomerAddressData, change: createCustomerAddressDataAmendment, isPartial: false },
  { name: "master", read: getCustomerMasterData, change: createCustomerMasterDataAmendment, isPartial: false },
  { name: "payment", read: getCustomerPaymentData, change: createCustomerPaymentDataAmendment, isPartial: false },
];

const withData = (customer: Customer, name: DataKind, amendable: Amendable): Customer => ({
  ...customer,
  data: { ...customer.data, [name]: amendable },
});

const readOf =
  ({ name }: Kind): Behaviour =>
  (studio, call) => {
    const { values, configuration, pending, requireSignature } = studio.customer(call.id("customerId")).data[name];
    return {
      ...values,
      requireSignature,
      amendmentConfigurationStatus: configuration,
      pendingAmendment: pending && { id: pending.id, ...pending.values, requireSignature },
    };
  };

const refuseUnlessAmendable = ({ configuration, pending, requireSignature }: Amendable, signature: unknown): void => {
  if (configuration === "READ") throw new Refusal("CHANGE_NOT_ALLOWED");
  if (requireSignature && signature === undefined) throw new Refusal("SIGNATURE_MISSING", { reference: "signature" });
  if (pending !== undefined) throw new Refusal("AMENDMENT_PENDING");
};

/** The customer after a change, which applies at once or is pending. */
const amended = (
  customer: Customer,
  { name, isPartial }: Kind,
  { change, contactChanges }: { change: { id: bigint; values: Values } } & Pick<Studio, "contactChanges">,
): Customer => {
  const amendable = customer.data[name];
  if (amendable.configuration === "CHANGES_REQUIRE_VERIFICATION")
    return withData(customer, name, { ...amendable, pending: change });
  const values = isPartial && contactChanges === "MERGED" ? { ...amendable.values, ...change.values } : change.values;
  const appliedAmendments = [...customer.appliedAmendments, change.id];
  return { ...withData(customer, name, { ...amendable, values }), appliedAmendments };
};

const changeOf =
  (kind: Kind): Behaviour =>
  (studio, call) => {
    const { signature, ...values } = call.values(kind.change.body);
    const customer = studio.customer(call.id("customerId"));
    const { requireSignature } = customer.data[kind.name];
    refuseUnlessAmendable(customer.data[kind.name], signature);
    const id = studio.nextAmendmentId();
    const { value: kept, keeping } = studio.keeper.values(customer.id, values);
    const { contactChanges } = studio;
    studio.carryOut(amended(customer, kind, { change: { id, values: kept }, contactChanges }), {
      operation: kind.change.id,
      amendmentId: String(id),
      ...(keeping !== "AS_SENT" && { keeping }),
    });
    return { id, ...kept, requireSignature };
  };

/** The reads and changes of all data that a member may amend, by operation. */
export const amendableData: Readonly<Record<string, Behaviour>> = Object.fromEntries(
  kinds.flatMap((kind) => [
    [kind.read.id, readOf(kind)],
    [kind.change.id, changeOf(kind)],
  ]),
);

/** Withdraws a pending change. One that was applied cannot be withdrawn. */
export const withdrawChange: Behaviour = (studio, call) => {
  const id = call.id("amendmentId");
  const customer = studio.customer(call.id("customerId"));
  const kind = kinds.find(({ name }) => customer.data[name].pending?.id === id);
  if (kind === undefined)
    throw new Refusal(customer.appliedAmendments.includes(id) ? "AMENDMENT_APPLIED" : "AMENDMENT_UNKNOWN");
  const { pending, ...settled } = customer.data[kind.name];
  studio.carryOut(withData(customer, kind.name, settled), {
    operation: withdrawAmendment.id,
    amendmentId: String(id),
  });
};
