type Content = Node | string;
type Attributes = Readonly<Record<string, string | boolean>>;

/** A new element. `false` leaves an attribute out. Texts stay texts: nothing becomes HTML. */
export const element = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...content);
  return made;
};

/** A button that is off while it does something. */
export const button = (text: string, onClick: () => unknown, kind: "main" | "" = ""): HTMLButtonElement => {
  const made = element("button", { type: "button", class: kind }, text);
  made.addEventListener("click", async () => {
    made.disabled = true;
    try {
      await onClick();
    } finally {
      made.disabled = false;
    }
  });
  return made;
};

export const labelled = (text: string, control: HTMLElement): HTMLLabelElement =>
  element("label", {}, element("span", {}, text), control);

export const choice = (options: readonly (readonly [value: string, text: string])[]): HTMLSelectElement =>
  element("select", {}, ...options.map(([value, text]) => element("option", { value }, text)));

export const actions = (...buttons: readonly HTMLButtonElement[]) => element("p", { class: "actions" }, ...buttons);

export const facts = (...rows: readonly (readonly [name: string, value: string | null | undefined])[]) =>
  element(
    "dl",
    {},
    ...rows.flatMap(([name, value]) => (value ? [element("dt", {}, name), element("dd", {}, value)] : [])),
  );
