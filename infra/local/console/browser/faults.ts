import type { Conditions } from "../messages.ts";
import { element, found } from "./dom.ts";
import { change } from "./server.ts";

const troubles: Readonly<Record<Conditions["trouble"], string>> = {
  none: "Works",
  down: "Down: takes no connections",
  slow: "Slow: answers after 3 seconds",
  busy: "Busy: 503 with Retry-After",
  "answers-lost": "Carries out writes, but their answers are lost",
};

const switches = {
  readsLag: "Reads of pauses and add-ons lag 10 seconds",
  verifies: "The studio verifies cancelations, withdrawals and pauses",
} as const;

/** Shows how the sandbox does. A person can change it, here or in another window. */
export const showFaults = (conditions: Conditions | undefined): void => {
  const form = found("faults", HTMLFormElement);
  if (!conditions) {
    form.replaceChildren(element("p", { class: "note" }, "The upstream is not the sandbox."));
    return;
  }
  if (form.elements.length === 0) build(form);
  for (const control of form.elements)
    if (control instanceof HTMLInputElement)
      control.checked =
        control.type === "radio" ? control.value === conditions.trouble : isOn(conditions, control.name);
  form.classList.toggle("has-trouble", conditions.trouble !== "none");
};

const isOn = (conditions: Conditions, name: string): boolean =>
  new Map<string, unknown>(Object.entries(conditions)).get(name) === true;

const build = (form: HTMLFormElement): void => {
  const radios = Object.entries(troubles).map(([value, text]) =>
    choice({ type: "radio", name: "trouble", value }, text),
  );
  const boxes = Object.entries(switches).map(([name, text]) => choice({ type: "checkbox", name }, text));
  form.replaceChildren(element("fieldset", {}, element("legend", {}, "How the sandbox answers"), ...radios), ...boxes);
  form.addEventListener("change", async () => {
    const data = new FormData(form);
    const wanted = { trouble: data.get("trouble"), readsLag: data.has("readsLag"), verifies: data.has("verifies") };
    showFaults(await change(wanted as Conditions));
  });
};

const choice = (attributes: Readonly<Record<string, string>>, text: string): HTMLLabelElement =>
  element("label", { class: "choice" }, element("input", attributes), text);
