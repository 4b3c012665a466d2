import * as z from "zod";
import { writeEventDetail } from "#lib/events/events.ts";
import { escaped } from "#lib/html.ts";
import { writeEvents } from "#lib/operations/operation.ts";
import { cancelationReminderDue, moduleCancelationReminderDue } from "#lib/reminders/messages.ts";
import { noLegalAdvice, policies } from "#lib/reminders/policies.ts";
import { page } from "./page.ts";

const schemaOf = (title: string, schema: z.ZodType) =>
  `<pre tabindex="0">${escaped(JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2))}</pre>`;

const laws = Object.values(policies).map(({ name, leadDays, law }) => {
  const texts = law.map(
    ({ title, url, checked, says }) =>
      `<li><a href="${escaped(url)}">${escaped(title)}</a>, checked ${checked}: ${escaped(says)}</li>`,
  );
  return `<h3>${escaped(name)}</h3>\n<p>${leadDays.join(", ")} days before the deadline.</p>\n<ul>${texts.join("\n")}</ul>`;
});

/** The page that explains events to their receivers. */
export const eventPage = page(
  "Events",
  `<p>The gateway publishes events on its EventBridge bus, with the source <code>perfectgym-gateway</code>. The content is in
the field <code>detail</code>. Events contain ids, dates and prices, but no names and no addresses: read those from the API.</p>
<p>You can receive an event more than once. Store its <code>reminderId</code> or <code>eventId</code> in the same transaction as
what you do about it, and ignore an event whose id you already have. Events can arrive in any order. Answer 2xx once you have
stored the event. After any other answer, or no answer within 5 seconds, EventBridge sends it again for up to a day.</p>
<h2 id="CancelationReminderDue">CancelationReminderDue</h2>
<p>The member can cancel the contract until <code>lastPossibleCancelationDate</code> and has not done so. The gateway publishes
one event for each step of the studio's policy. Read the contract before you tell the member: she may have just canceled it.</p>
${schemaOf("CancelationReminderDue", cancelationReminderDue)}
<h2 id="AdditionalModuleCancelationReminderDue">AdditionalModuleCancelationReminderDue</h2>
<p>The same for an add-on that the member booked, if the gym has switched these reminders on. The gateway read the add-on on
<code>asOf</code>, usually today. Read it again before you tell the member.</p>
${schemaOf("AdditionalModuleCancelationReminderDue", moduleCancelationReminderDue)}
<h2 id="writes">Writes</h2>
<p>${writeEvents.join(", ")}: a partner's app, or a job of the gym, changed something. <code>"outcome":"unknown"</code> means that the write may or may not
have been carried out: read the data. If the gateway later confirms it, it publishes another event with
<code>"outcome":"accepted"</code>.</p>
${schemaOf("Write", writeEventDetail)}
<h2 id="policies">Reminder policies</h2>
<p>${noLegalAdvice}</p>
${laws.join("\n")}`,
);
