type Attributes = Readonly<Record<string, string | boolean>>;
type Content = Node | string;

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

/** The page's element of a kind, by its id. @throws TypeError if there is none: a bug */
export const found = <Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind => {
  const there = document.getElementById(id);
  if (there instanceof kind) return there;
  throw new TypeError(`the page has no ${kind.name} #${id}`);
};

/** A label around its control. */
export const labelled = (text: string, control: HTMLElement): HTMLLabelElement =>
  element("label", {}, element("span", {}, text), control);

export const button = (text: string, onClick: (pressed: HTMLButtonElement) => unknown): HTMLButtonElement => {
  const made = element("button", { type: "button" }, text);
  made.addEventListener("click", () => void onClick(made));
  return made;
};

/** Does something, and says on the button for a moment that it is done, or why it is not. */
export const actionButton = (name: string, done: string, act: () => Promise<unknown>): HTMLButtonElement =>
  button(name, async (pressed) => {
    pressed.textContent = await act().then(
      () => done,
      (error) => `Failed: ${error.message}`,
    );
    setTimeout(() => {
      pressed.textContent = name;
    }, 2_000);
  });

export const copyButton = (name: string, text: () => Promise<string> | string): HTMLButtonElement =>
  actionButton(name, "Copied", async () => navigator.clipboard.writeText(await text()));

const [opening, closing] = [/^[{[]$/, /^[}\]]$/];

/** Whether a line ends between two tokens of JSON. An empty object or list stays on its line. */
const isBreak = (before: string, token: string): boolean => {
  if (opening.test(before)) return !closing.test(token);
  return before === "," || closing.test(token);
};

/** JSON over several lines. Numbers keep all their digits, as JSON.parse would not. Any other text stays as it is. */
export const indented = (text: string): string => {
  if (!/^\s*[{[]/.test(text)) return text;
  const tokens = text.match(/"(?:\\.|[^"\\])*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? [];
  let depth = 0;
  const pieces = tokens.map((token, place) => {
    if (closing.test(token)) depth--;
    const start = place > 0 && isBreak(tokens[place - 1] ?? "", token) ? `\n${"  ".repeat(depth)}` : "";
    if (opening.test(token)) depth++;
    return start + (token === ":" ? ": " : token);
  });
  return pieces.join("");
};
