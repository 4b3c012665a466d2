import type { App } from "./app.ts";
import { actions, button, element, facts, labelled } from "./dom.ts";

interface Values {
  readonly email?: string | null;
  readonly phonePrivateMobile?: string | null;
}

interface ContactData extends Values {
  readonly amendmentConfigurationStatus?: "READ" | "CHANGES_REQUIRE_VERIFICATION" | "CHANGES_WITHOUT_VERIFICATION";
  readonly pendingAmendment?: (Values & { readonly id: string }) | null;
}

/** The data as they are, and beside them a change that waits for the studio. */
export const showContact = async (app: App, leave: () => Promise<void>): Promise<void> => {
  const { t, call } = app;
  const show = app.open();
  const path = `/v1/customers/${app.gateway.customerId}/self-service`;
  const data = await call<ContactData>(`${path}/contact-data`);
  if (!data) return;
  const { amendmentConfigurationStatus: status, pendingAmendment: pending, ...now } = data;
  const again = () => showContact(app, leave);
  const back = actions(button(t.back, leave));
  if (pending) return show(t.contact, shown(app, now), waiting(app, path, pending, again), back);
  show(t.contact, status === "READ" ? element("p", {}, t.locked) : formFor(app, path, now, again), back);
};

const shown = ({ t }: App, { email, phonePrivateMobile }: Values) =>
  element("article", {}, facts([t.email, email], [t.mobile, phonePrivateMobile]));

const waiting = (app: App, path: string, pending: Values & { readonly id: string }, again: () => Promise<void>) => {
  const takeBack = async () => {
    const request = { method: "DELETE", intent: `take back change ${pending.id}` } as const;
    if (await app.call(`${path}/amendment/${pending.id}`, request)) await again();
  };
  const about = element("p", {}, app.t.pending);
  return element("section", {}, about, shown(app, pending), actions(button(app.t.takeBack, takeBack)));
};

const formFor = (app: App, path: string, now: Values, again: () => Promise<void>) => {
  const { t, call, say } = app;
  const email = element("input", { type: "email", autocomplete: "email", value: now.email ?? "" });
  const mobile = element("input", { type: "tel", autocomplete: "tel", value: now.phonePrivateMobile ?? "" });
  const store = async () => {
    // All fields, because the upstream does not say what becomes of one that is left out. Empty deletes it.
    const body = { ...now, email: email.value, phonePrivateMobile: mobile.value };
    const intent = `contact data ${JSON.stringify(body)}`;
    if (!(await call(`${path}/contact-data`, { method: "POST", body, intent }))) return;
    await again();
    say(t.stored);
  };
  const save = actions(button(t.store, store, "main"));
  return element("form", {}, labelled(t.email, email), labelled(t.mobile, mobile), save);
};
