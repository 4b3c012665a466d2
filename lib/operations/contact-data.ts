import * as z from "zod";
import { amendable, amendment, changing } from "./amendable.ts";
import { customerId, line } from "./fields.ts";
import { operation } from "./operation.ts";

/** E.164 allows 15 digits; four is the shortest a person could be called on. Separators are as people write them. */
const phone = line
  .regex(/^\+?[0-9 ()/.-]+$/, { error: "must be a phone number such as +49 30 1234567", abort: true })
  .refine((text) => /^(\D*\d){4,15}\D*$/.test(text), "must have 4 to 15 digits")
  .meta({ example: "+49 30 1234567" });

const contactData = {
  email: z
    .email("must be an e-mail address")
    .max(254, "must not be longer than 254 characters")
    .meta({ description: "Address for e-mails", example: "robin@example.com" }),
  phonePrivate: phone.meta({ description: "Landline at home" }),
  phonePrivateMobile: phone.meta({ description: "Private mobile" }),
  phoneBusiness: phone.meta({ description: "Landline at work" }),
  phoneBusinessMobile: phone.meta({ description: "Mobile at work" }),
};

/** Reads how a member can be reached, and whether that may be changed. */
export const getCustomerContactData = operation({
  id: "getCustomerContactData",
  summary: "Read a member's contact data",
  method: "GET",
  path: "/v1/customers/{customerId}/self-service/contact-data",
  scope: "customer.read",
  params: z.object({ customerId }),
  answer: amendable(contactData),
});

/** Asks for other contact data. What is left out is not sent to the upstream. */
export const createCustomerContactDataAmendment = operation({
  id: "createCustomerContactDataAmendment",
  summary: "Change a member's contact data",
  method: "POST",
  path: "/v1/customers/{customerId}/self-service/contact-data",
  scope: "customer.write",
  params: z.object({ customerId }),
  body: z
    .strictObject(contactData)
    .partial()
    .refine((wanted) => Object.keys(wanted).length > 0, "must name at least one field to change"),
  answer: amendment(contactData),
  write: changing(getCustomerContactData),
});
