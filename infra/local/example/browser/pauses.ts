import type { App, Contract } from "./app.ts";
import { actions, button, choice, element, labelled } from "./dom.ts";

interface Config {
  readonly firstPossibleStartDate: string;
  readonly temporalUnit: "DAY" | "WEEK" | "MONTH";
  readonly maxTerms: number;
  readonly idlePeriodCreationStatus: string;
  readonly idlePeriodReasons: readonly {
    readonly id: string;
    readonly name: string;
    readonly documentRequired?: boolean;
  }[];
}

interface Pause {
  readonly id: string;
  readonly startDate: string;
  readonly endDate?: string | null;
  readonly state: "PENDING_VERIFICATION" | "ACCEPTED";
}

export const showPauses = async (app: App, contract: Contract, leave: () => Promise<void>): Promise<void> => {
  const { t, call } = app;
  const show = app.open();
  const pauses = `/v1/memberships/${contract.id}/self-service/idle-periods`;
  const again = () => showPauses(app, contract, leave);
  const back = button(t.back, leave);
  const config = await call<Config>(`${pauses}/config`);
  if (!config) return;
  const listed = await call<{ readonly currentAndUpcomingIdlePeriods: readonly Pause[] }>(pauses);
  if (!listed) return;
  const cards = listed.currentAndUpcomingIdlePeriods.map((pause) => card(app, contract, pause, again));
  const form =
    config.idlePeriodCreationStatus === "READ" ? element("p", {}, t.forbidden) : formFor(app, contract, config, again);
  show(
    `${t.pause}: ${contract.rateName}`,
    form,
    ...(cards.length > 0 ? [element("h2", {}, t.pauses), ...cards] : []),
    actions(back),
  );
};

const card = (app: App, contract: Contract, { id, startDate, endDate, state }: Pause, again: () => Promise<void>) => {
  const { t, date, call, say } = app;
  const takeBack = async () => {
    const path = `/v1/memberships/${contract.id}/self-service/idle-periods/${id}`;
    if (!(await call(path, { method: "DELETE", intent: `take back pause ${id}` }))) return;
    await again();
    say(t.pauseTakenBack);
  };
  const span = [date(startDate), ...(endDate ? [date(endDate)] : [])].join(` ${t.until} `);
  const waits = state === "PENDING_VERIFICATION" ? [element("p", { class: "soft" }, t.waits)] : [];
  return element("article", {}, element("p", {}, span), ...waits, actions(button(t.takeBack, takeBack)));
};

const formFor = (app: App, contract: Contract, config: Config, again: () => Promise<void>) => {
  const { t, call, say } = app;
  const { firstPossibleStartDate: first, temporalUnit, maxTerms, idlePeriodReasons: reasons } = config;
  const pauses = `/v1/memberships/${contract.id}/self-service/idle-periods`;
  const start = element("input", { type: "date", min: first, value: first });
  const terms = element("input", { type: "number", min: "1", max: String(maxTerms), value: "1" });
  const reason = choice(reasons.map(({ id, name }) => [id, name]));
  const file = element("input", { type: "file", accept: "application/pdf,image/jpeg,image/png,image/heic" });
  const upload = labelled(t.document, file);
  const showUpload = () => {
    upload.hidden = !reasons.find(({ id }) => id === reason.value)?.documentRequired;
  };
  reason.addEventListener("change", showUpload);
  showUpload();
  const pause = async () => {
    const wanted = { startDate: start.value, temporalUnit, termValue: terms.valueAsNumber };
    // The status of the answer is 200 also if the pause is not possible: the verdict is in the body.
    const body = wanted;
    const checked = await call<{ readonly validationStatus: string }>(`${pauses}/validate`, { method: "POST", body });
    if (!checked) return;
    if (checked.validationStatus !== "IDLEPERIOD_CREATABLE") return say(t.notPossible);
    const form = new FormData();
    // JSON.rawJSON keeps the digits of an id that a number would round.
    form.set("data", JSON.stringify({ ...wanted, reasonId: JSON.rawJSON(reason.value) }));
    if (!upload.hidden && file.files?.[0]) form.set("document", file.files[0]);
    const intent = `pause ${contract.id} from ${start.value} for ${terms.value}`;
    if (!(await call(pauses, { method: "POST", form, intent }))) return;
    await again();
    say(t.paused);
  };
  return element(
    "form",
    {},
    labelled(t.pauseFrom, start),
    labelled(`${t.pauseFor} ${t[temporalUnit]}`, terms),
    labelled(t.reason, reason),
    upload,
    actions(button(t.pauseNow, pause, "main")),
  );
};
