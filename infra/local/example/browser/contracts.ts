import type { App, Contract } from "./app.ts";
import { showContact } from "./contact.ts";
import { actions, button, choice, element, facts, labelled } from "./dom.ts";
import { showPauses } from "./pauses.ts";

const selfService = ({ gateway }: App) => `/v1/memberships/${gateway.customerId}/self-service`;

export const showContracts = async (app: App): Promise<void> => {
  const { t, call } = app;
  const show = app.open();
  const toContact = actions(button(t.contact, () => showContact(app, () => showContracts(app))));
  show(t.contracts, toContact);
  const contracts = await call<readonly Contract[]>(`${selfService(app)}/contract-data`);
  if (!contracts) return;
  const cards = contracts.map((contract) => card(app, contract));
  show(t.contracts, ...(cards.length > 0 ? cards : [t.noContract]), toContact);
};

const card = (app: App, contract: Contract) => {
  const { t, date } = app;
  const { rateName, endDate, lastPossibleCancelationDate: deadline, cancelationDate, cancelationStatus } = contract;
  const waits = cancelationStatus?.startsWith("PENDING");
  return element(
    "article",
    {},
    element("h2", {}, rateName),
    facts(
      [t.ends, date(endDate)],
      [t.deadline, deadline && !cancelationStatus ? date(deadline) : null],
      [t.canceledTo, cancelationDate ? date(cancelationDate) : null],
    ),
    ...(waits ? [element("p", { class: "soft" }, t.waits)] : []),
    actions(...(contract.contractStatus === "ACTIVE" ? actionsFor(app, contract) : [])),
  );
};

const actionsFor = (app: App, contract: Contract): readonly HTMLButtonElement[] => {
  const { t } = app;
  const { availableCancelationDates: dates, cancelationStatus } = contract;
  const cancel = button(t.cancel, () => confirmCancelation(app, contract));
  const takeBack = button(t.takeBack, () => takeCancelationBack(app, contract));
  return [
    ...(cancelationStatus ? [takeBack] : dates?.length ? [cancel] : []),
    button(t.pause, () => showPauses(app, contract, () => showContracts(app))),
    button(t.withdraw, () => confirmWithdrawal(app, contract)),
  ];
};

const toContracts = (app: App) => button(app.t.back, () => showContracts(app));

/** Section 312k BGB: one button leads here, the second one cancels, and the receipt follows at once. No reason is asked for. */
const confirmCancelation = async (app: App, contract: Contract): Promise<void> => {
  const { t, call, date } = app;
  const show = app.open();
  const { id, rateName, availableCancelationDates } = contract;
  const reasons = await call<readonly { cancelationReasonId: string; cancelationReasonName: string }[]>(
    "/v1/memberships/self-service/contract-cancelation-reasons",
  );
  if (!reasons) return;
  const day = choice((availableCancelationDates ?? []).map((each) => [each, date(each)]));
  const reason = choice(reasons.map((each) => [each.cancelationReasonId, each.cancelationReasonName]));
  // The last one is usually "other": she need not say why, but not every studio has a default.
  reason.selectedIndex = reasons.length - 1;
  const cancel = async () => {
    const receipt = await call<string>(`${selfService(app)}/ordinary-contract-cancelation`, {
      method: "POST",
      body: { contractId: id, cancelationDate: day.value, cancelationReasonId: reason.value },
      intent: `cancel ${id} to ${day.value}`,
      accept: "text/plain",
    });
    if (receipt) showReceipt(app, receipt);
  };
  const form = element("form", {}, labelled(t.cancelTo, day), labelled(t.reason, reason));
  show(`${t.cancel}: ${rateName}`, form, actions(button(t.cancelNow, cancel, "main"), toContracts(app)));
};

const takeCancelationBack = async (app: App, { id }: Contract): Promise<void> => {
  const path = `${selfService(app)}/withdraw-ordinary-contract-cancelation/${id}`;
  const data = await app.call<object>(path, { method: "POST", intent: `take back cancelation of ${id}` });
  if (!data) return;
  await showContracts(app);
  app.say(app.t.takenBack);
};

/** Section 356a BGB: a button, a confirmation without a reason, and a receipt at once. The studio decides about the time. */
const confirmWithdrawal = (app: App, { id, rateName }: Contract): void => {
  const { t, call } = app;
  const show = app.open();
  const withdraw = async () => {
    const receipt = await call<string>(`${selfService(app)}/contract-withdrawal/${id}`, {
      method: "POST",
      intent: `withdraw from ${id}`,
      accept: "text/plain",
    });
    if (receipt) showReceipt(app, receipt);
  };
  const about = element("p", {}, t.withdrawAbout);
  show(`${t.withdraw}: ${rateName}`, about, actions(button(t.withdrawNow, withdraw, "main"), toContracts(app)));
};

const showReceipt = (app: App, text: string): void => {
  const { t } = app;
  const show = app.open();
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    element("a", { href: url, download: "receipt.txt" }).click();
    URL.revokeObjectURL(url);
  };
  const print = button(t.print, () => window.print());
  show(t.receipt, element("div", { class: "receipt" }, text), actions(print, button(t.save, save), toContracts(app)));
};
