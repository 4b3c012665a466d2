import { describe, expect, test } from "vitest";
import { createCustomerAddressDataAmendment as address } from "#lib/operations/address-data.ts";
import { createCustomerContactDataAmendment as contact } from "#lib/operations/contact-data.ts";
import { createCustomerMasterDataAmendment as master } from "#lib/operations/master-data.ts";
import type { Operation } from "#lib/operations/operation.ts";
import { createCustomerPaymentDataAmendment as payment } from "#lib/operations/payment-data.ts";
import { bodies } from "../../bodies.ts";

const seen = ({ write }: Operation, body: object, data: unknown) =>
  write?.readBack?.seen({ params: { customerId: "1000" }, body, receivedAt: 0 }, write.readBack.data.parse(data));

const waiting = (pendingAmendment: unknown, current: object = {}) => ({
  ...current,
  amendmentConfigurationStatus: "CHANGES_REQUIRE_VERIFICATION",
  pendingAmendment,
});

/** What a change comes to whose pending amendment shows one field in this way. */
const shownAs = (operation: Operation, field: string, [wanted, shown]: readonly [unknown, unknown]) => {
  const whole = { ...bodies[operation.id], email: "robin@example.com" };
  return seen(operation, { ...whole, [field]: wanted }, waiting({ ...whole, id: 77, [field]: shown }))?.verdict;
};

describe("means the same", () => {
  test.each<[string, unknown, unknown, Operation]>([
    ["email", "Robin.Sample@Example.com", "robin.sample@example.com", contact],
    ["email", "robin@example.com", "\u200brobin@example.com ", contact],
    ["email", "info@müller.example", "info@xn--mller-kva.example", contact],
    ["email", "zoe\u0308@example.com", "zo\u00eb@example.com", contact],
    ["phonePrivate", "0170/1234567", "+49 170 1234567", contact],
    ["phonePrivate", "+49 170 1234567", "0170 1234567", contact],
    ["phonePrivate", "0170 1234567", "00491701234567", contact],
    ["phonePrivate", "0170 1234567", "491701234567", contact],
    ["phonePrivate", "0170 1234567", 1_701_234_567, contact],
    ["phonePrivate", "+49 (0)170 1234567", "+491701234567", contact],
    ["phonePrivate", "0049 (0) 170 / 12 34 567", "+49 170 1234567", contact],
    ["phonePrivate", "612 345 678", "+34 612345678", contact],
    ["phonePrivate", "06 1234 5678", "+39 06 12345678", contact],
    ["phonePrivate", "(555) 010-0199", "+1 555 0100199", contact],
    ["phonePrivate", "0651/1234 (Büro)", "+49 651 1234", contact],
    ["phonePrivate", "110", "110", contact],
    ["iban", "DE91 1000 0000 0123 4567 89", "de91100000000123456789", payment],
    ["iban", "DE91100000000123456789", "IBAN DE91-1000-0000-0123-4567-89", payment],
    ["bic", "DEUTDEFF", "deutdeffxxx", payment],
    ["accountHolder", "Zoe\u0308 Sample", "Zo\u00eb\u00a0Sample", payment],
    ["accountHolder", "Rory O’Brien", "Rory O'Brien", payment],
    ["lastName", "Mu\u0308ller–Muster", " M\u00fcller-Muster ", master],
    ["gender", "UNISEX", "unisex", master],
    ["countryOfBirth", "DE", "de", master],
    ["countryOfBirth", undefined, null, master],
    ["dateOfBirth", "1990-02-28", "1990-02-28T00:00:00", master],
    ["dateOfBirth", "1990-02-28", "28.02.1990", master],
    ["zipCode", "SW1A 1AA", "sw1a1aa", address],
    ["zipCode", "12133", 12_133, address],
    ["houseNumber", "12 A", "12a", address],
    ["houseNumber", "", null, address],
    ["floor", null, undefined, address],
    ["floor", "  ", "", address],
  ])("%s %o and %o", (field, wanted, shown, operation) => {
    expect(shownAs(operation, field, [wanted, shown])).toBe("carried-out");
  });
});

describe("may mean something else", () => {
  test.each<[string, unknown, unknown, Operation]>([
    ["email", "robin@example.com", "robin@example.org", contact],
    ["email", "robin@example.com", null, contact],
    ["email", "robin@example.com", { address: "robin@example.com" }, contact],
    ["phonePrivate", "0170 1234567", "+49 170 1234568", contact],
    ["phonePrivate", "+43 170 1234567", "+49 170 1234567", contact],
    ["phonePrivate", "1234567", "+49 30 1234567", contact],
    ["phonePrivate", "0000", "keine", contact],
    ["iban", "DE91 1000 0000 0123 4567 89", "DE91 **** **** **** **** 89", payment],
    ["bic", "DEUTDEFF500", "DEUTDEFF", payment],
    ["bankName", "Sample Bank", "Sample Bank Munich", payment],
    ["lastName", "McSample", "Mcsample", master],
    ["lastName", "Müller", "Mueller", master],
    ["dateOfBirth", "1990-02-28", "1990-02-27T23:00:00Z", master],
    ["houseNumber", "12-14", "1214", address],
    ["street", "Am Bahnhof", "", address],
    ["floor", "", "2", address],
  ])("%s %o and %o", (field, wanted, shown, operation) => {
    expect(shownAs(operation, field, [wanted, shown])).toBe("unclear");
  });
});

const wish = { email: "robin@example.com" };

test.each<[string, unknown]>([
  ["one of somebody else", { id: 1, email: "kim@example.com" }],
  ["one without an id", { email: "kim@example.com" }],
  ["one without a value", {}],
  ["something that is no object", "yes"],
])("a pending change that differs is unclear, whatever the studio's configuration: %s", (_, pending) => {
  for (const amendmentConfigurationStatus of ["READ", "CHANGES_REQUIRE_VERIFICATION", "CHANGES_WITHOUT_VERIFICATION"])
    expect(seen(contact, wish, { amendmentConfigurationStatus, pendingAmendment: pending })).toMatchObject({
      verdict: "unclear",
      shown: { pendingAmendment: {} },
    });
});

test("a change was not carried out if nothing is pending, the value differs and the studio verifies all changes", () => {
  expect(seen(contact, wish, waiting(null, { email: "kim@example.com" }))).toEqual({ verdict: "not-carried-out" });
});

test.each<[Operation, object]>([
  [
    master,
    { firstName: "Robin", lastName: "Sample", gender: "UNISEX", dateOfBirth: "1990-02-28", customerTitle: "NONE" },
  ],
  [address, { street: "Müllerstraße", zipCode: "12133", city: "Zürich", countryCode: "CH" }],
])("a change that the studio accepted and shows in its own spelling is unclear", (operation, body) => {
  const accepted = { ...body, lastName: "SAMPLE", street: "Muellerstr.", city: "Zurich" };
  expect(
    seen(operation, { ...body, ...(operation === master && { lastName: "Sämple" }) }, waiting(null, accepted)),
  ).toEqual({
    verdict: "unclear",
  });
});

test("a value that is partly hidden proves nothing", () => {
  const body = bodies[payment.id] ?? {};
  const hidden = { ...body, iban: "DE91 **** **** **** **** 89" };
  expect(seen(payment, body, waiting(undefined, hidden))?.verdict).toBe("unclear");
});

describe("a value to be emptied", () => {
  const current = { email: "robin@example.com", phonePrivate: "+49 30 1234567" };
  const deletion = { phonePrivate: "" };

  test.each<[string, object, string]>([
    ["alone", { id: 7, phonePrivate: null }, "carried-out"],
    ["beside the values of today", { id: 7, email: "robin@example.com", phonePrivate: "" }, "carried-out"],
    ["beside another change", { id: 7, email: "kim@example.com" }, "unclear"],
    ["not at all", { id: 7, phonePrivate: "+49 30 7654321" }, "unclear"],
  ])("is found in a pending change that shows it %s", (_, pending, verdict) => {
    expect(seen(contact, deletion, waiting(pending, current))?.verdict).toBe(verdict);
  });

  test("is not proved by a value that did not change", () => {
    const body = { email: "robin@example.com", phonePrivate: "" };
    const pending = { id: 7, email: "robin@example.com", phoneBusiness: "+49 30 7654321" };
    expect(seen(contact, body, waiting(pending, current))?.verdict).toBe("unclear");
  });
});

test("the answer that replaces the upstream's has only the amendment's id and the wanted fields", () => {
  const pending = { id: 77, email: "robin@example.com", phonePrivate: "+49 30 1234567", street: "Am Bahnhof" };
  expect(seen(contact, wish, waiting(pending))).toMatchObject({ answer: { id: 77, email: "robin@example.com" } });
  expect(seen(contact, wish, waiting(pending))?.answer).not.toHaveProperty("phonePrivate");
  const applied = { ...pending, amendmentConfigurationStatus: "CHANGES_WITHOUT_VERIFICATION" };
  expect(seen(contact, wish, applied)?.answer).toEqual(wish);
});
