import * as z from "zod";
import { writeEventDetail } from "#lib/events/events.ts";
import { cancelationReminderDue } from "#lib/reminders/messages.ts";
import { noLegalAdvice, policies } from "#lib/reminders/policies.ts";
import { page } from "./page.ts";

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const schemaOf = (title: string, schema: z.ZodType) =>
  `<pre>${escaped(JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2))}</pre>`;

const laws = Object.values(policies).map(({ name, leadDays, law }) => {
  const texts = law.map(
    ({ title, url, checked, says }) =>
      `<li><a href="${url}">${escaped(title)}</a>, checked ${checked}: ${escaped(says)}</li>`,
  );
  return `<h3>${name}</h3>\n<p>${leadDays.join(", ")} days before the deadline.</p>\n<ul>${texts.join("\n")}</ul>`;
});

/** The page for whoever receives events. */
export const eventPage = page(
  "Events",
  `<p>Events come from the EventBridge bus of the gateway, source <code>perfectgym-gateway</code>, in the member
<code>detail</code>. They hold ids, dates and prices, no name and no address: ask the API for those.</p>
<p>Every event can come more than once: store <code>reminderId</code> or <code>eventId</code> with what you do about it, in one
transaction, and drop an event whose id you have. Events can overtake each other. Answer 2xx once you have stored it: anything
else, or nothing within 5 seconds, is tried again for a day.</p>
<h2 id="CancelationReminderDue">CancelationReminderDue</h2>
<p>A contract can still be canceled until <code>lastPossibleCancelationDate</code>, and nobody has. Published once for each
step of the studio's policy. Read the contract before you tell the member: she may have canceled a moment ago.</p>
${schemaOf("CancelationReminderDue", cancelationReminderDue)}
<h2 id="writes">ContractCancelationRequested, ContractCancelationWithdrawn, CustomerDataAmended, AmendmentWithdrawn</h2>
<p>A write of a partner's app. With <code>"outcome":"unknown"</code> nobody could see whether it was carried out: read the
data. Should it be settled later, another event says so with <code>"outcome":"accepted"</code>.</p>
${schemaOf("Write", writeEventDetail)}
<h2 id="policies">Reminder policies</h2>
<p>${noLegalAdvice}</p>
${laws.join("\n")}`,
);
