import * as z from "zod/mini";
import { about } from "./about.ts";
import { amendable, amendment, change, changing } from "./amendable.ts";
import { isEmail } from "./email.ts";
import { customerId, line } from "./fields.ts";
import { readOperation, writeOperation } from "./operation.ts";

/** Old records may hold several numbers, words or few digits. All have a digit. */
const phone = about(
  line.check(z.refine((text) => text === "" || /\p{Nd}/u.test(text), "must be a phone number, with a digit in it")),
  { example: "+49 30 1234567" },
);

/** Empty text and null are sent on as they are, because with the upstream they are the only way to delete a value. */
const contactData = {
  email: about(
    z.nullish(
      line.check(
        z.refine((text) => text === "" || isEmail(text), "must be one e-mail address such as robin@example.com"),
      ),
    ),
    { description: "Address for e-mails", example: "robin@example.com" },
  ),
  phonePrivate: about(z.nullish(phone), { description: "Landline at home" }),
  phonePrivateMobile: about(z.nullish(phone), { description: "Private mobile" }),
  phoneBusiness: about(z.nullish(phone), { description: "Landline at work" }),
  phoneBusinessMobile: about(z.nullish(phone), { description: "Mobile at work" }),
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
  body: change(contactData).check(
    z.refine((wanted) => Object.keys(wanted).length > 0, "must name at least one field to change"),
  ),
  answer: amendment(contactData),
  write: changing(getCustomerContactData),
});
