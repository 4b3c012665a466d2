import * as z from "zod";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { isEmail } from "./email.ts";
import { customerId, line } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

/** Old records may hold several numbers, words or few digits. All have a digit. */
const phone = line
  .refine((text) => text === "" || /\p{Nd}/u.test(text), "must be a phone number, with a digit in it")
  .meta({ example: "+49 30 1234567" });

/** Empty text and null are sent on as they are, because with the upstream they are the only way to delete a value. */
const contactData = {
  email: line
    .refine((text) => text === "" || isEmail(text), "must be one e-mail address such as robin@example.com")
    .nullish()
    .meta({ description: "Address for e-mails", example: "robin@example.com" }),
  phonePrivate: phone.nullish().meta({ description: "Landline at home" }),
  phonePrivateMobile: phone.nullish().meta({ description: "Private mobile" }),
  phoneBusiness: phone.nullish().meta({ description: "Landline at work" }),
  phoneBusinessMobile: phone.nullish().meta({ description: "Mobile at work" }),
};

/** Reads how a member can be reached, and whether that may be changed. */
export const getCustomerContactData = readOperation({
  id: "getCustomerContactData",
  summary: "Read a member's contact data",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/contact-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(contactData),
});

/** Asks for other contact data. What is left out is not sent; the upstream does not document what becomes of it. */
export const createCustomerContactDataAmendment = writeOperation({
  id: "createCustomerContactDataAmendment",
  summary: "Change a member's contact data",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/contact-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: change(contactData).refine(
    (wanted) => Object.keys(wanted).length > 0,
    "must name at least one field to change",
  ),
  answer: amendment(contactData),
  write: changing(getCustomerContactData),
});
