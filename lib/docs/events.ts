import * as z from "zod/mini";
import { writeEventDetail } from "#lib/events/events.ts";
import { escaped } from "#lib/html.ts";
import { writeEvents } from "#lib/operations/operation.ts";
import { cancelationReminderDue, moduleCancelationReminderDue } from "#lib/reminders/messages.ts";
import { noLegalAdvice, policies } from "#lib/reminders/policies.ts";
import { page } from "./page.ts";

const schemaOf = (title: string, schema: z.ZodMiniType) =>
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
  `<p>The gateway posts events to your endpoint, if the operator lists it, with the body
<code>{ "type": …, "timestamp": …, "data": … }</code>. <code>type</code> is one of the names below, and <code>data</code> has its
schema. Events contain ids, dates, prices and statuses of one word, but no names and no addresses:
read those from the API.</p>
<h2 id="verify">Verify and answer</h2>
<p>Each request is signed by <a href="https://www.standardwebhooks.com">Standard Webhooks 1.0.0</a>, in the headers
<code>webhook-id</code>, <code>webhook-timestamp</code> and <code>webhook-signature</code>. Verify the body as it arrived, before you
parse it, with a published library and the secret <code>whsec_…</code> that the operator gave you:</p>
<pre tabindex="0">${escaped(`import { Webhook } from "standardwebhooks"; // npm i standardwebhooks

const event = new Webhook(secret).verify(body, headers); // throws if the signature is wrong`)}</pre>
<pre tabindex="0">${escaped(`from standardwebhooks import Webhook  # pip install standardwebhooks

event = Webhook(secret).verify(body, headers)  # raises if the signature is wrong`)}</pre>
<p>You can receive an event more than once. Store its <code>reminderId</code> or <code>eventId</code> in the same transaction as
what you do about it, and ignore an event whose id you already have. Events can arrive in any order. Answer 2xx once you have
stored the event. After any other answer, or no answer within 15 seconds, the gateway tries again: after 5 seconds, 5 and 30 minutes,
2, 5, 10, 14, 20 and 24 hours. Redirects are not followed. <code>Retry-After</code> is respected up to 12 hours. With 410 you
say that you want no more events.</p>
<p>The gym's own stack can also receive events from the EventBridge bus, with the source <code>perfectgym-gateway</code>. There the
name is in <code>detail-type</code>, and the content in <code>detail</code>.</p>
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
