import type { Callable, CastMember, Setting } from "../messages.ts";
import { button, copyButton, element, found, indented, labelled } from "./dom.ts";
import { readCast, tokenOf } from "./server.ts";

type Values = CastMember["values"];

interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | FormData | undefined;
}

/** Shows a form that sends a request as a partner, about a member of the cast. */
export const showCall = async ({ partners, operations }: Setting): Promise<void> => {
  let cast = await readCast();
  const select = (name: string, ...options: readonly HTMLElement[]) => element("select", { name }, ...options);
  const member = select("member", ...cast.map(memberOption));
  const situation = element("p", { class: "note" });
  const operation = select("operation", ...groupsOf(operations));
  const partner = select("partner", ...partners.map(({ clientId }) => element("option", {}, clientId)));
  const language = select(
    "language",
    element("option", { value: "en" }, "English"),
    element("option", { value: "de" }, "German"),
  );
  const studio = select("studio");
  const studioRow = labelled("Studio-Id", studio);
  const path = element("input", { name: "path", required: true, spellcheck: "false" });
  const key = element("input", { name: "key", spellcheck: "false", placeholder: "none" });
  const body = element("textarea", { name: "body", rows: "6", spellcheck: "false" });
  const keyRow = element(
    "div",
    { class: "row" },
    labelled("Idempotency-Key", key),
    button("New key", () => renewKey()),
  );
  const bodyRow = labelled("Body", body);

  const chooseStudio = () => {
    const { studios = [] } = partners.find(({ clientId }) => clientId === partner.value) ?? {};
    const home = element("option", { value: "" }, "none: the home studio");
    studio.replaceChildren(...studios.map((name) => element("option", {}, name)), home);
    studioRow.hidden = studios.length < 2;
  };
  const chosen = (): Callable => operations.find(({ id }) => id === operation.value) ?? impossible();
  const renewKey = () => {
    key.value = `"${crypto.randomUUID()}"`;
  };
  const fill = () => {
    const wanted = chosen();
    const { values = {}, situation: text = "" } = cast.find(({ customerId }) => customerId === member.value) ?? {};
    situation.textContent = text;
    path.value = wanted.path.replace(/\{(\w+)\}/g, (_, name) => values[name]?.[0] ?? `{${name}}`);
    keyRow.hidden = !wanted.isWrite;
    bodyRow.hidden = !wanted.fields;
    body.value = bodyOf(wanted, values);
    renewKey();
  };
  const refill = async () => {
    cast = await readCast();
    fill();
  };
  const request = async (): Promise<Request> => {
    const { method, isWrite, isForm, fields } = chosen();
    const token = await tokenOf(partner.value, "");
    const headers = {
      authorization: `Bearer ${token}`,
      "accept-language": language.value,
      ...(!studioRow.hidden && studio.value && { "studio-id": studio.value }),
      ...(isWrite && key.value && { "idempotency-key": key.value }),
      ...(fields && !isForm && { "content-type": "application/json" }),
    };
    return { url: path.value, method, headers, body: fields && (isForm ? formOf(body.value) : body.value) };
  };

  const form = found("call", HTMLFormElement);
  form.replaceChildren(
    element("div", {}, labelled("Member", member), situation),
    labelled("Operation", operation),
    element("div", { class: "row" }, labelled("As", partner), labelled("Language", language), studioRow),
    labelled("Path", path),
    keyRow,
    bodyRow,
    element(
      "div",
      { class: "row" },
      element("button", { type: "submit", class: "first" }, "Send"),
      copyButton("Copy as curl", async () => curlOf(await request(), body.value)),
    ),
  );
  for (const control of [member, operation]) control.addEventListener("change", refill);
  partner.addEventListener("change", chooseStudio);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(await request());
  });
  chooseStudio();
  fill();
};

const impossible = (): never => {
  throw new TypeError("the chosen operation is not in the list");
};

const memberOption = ({ customerId, situation }: CastMember): HTMLOptionElement =>
  element("option", { value: customerId }, `${customerId}: ${situation}`);

const groupsOf = (operations: readonly Callable[]): readonly HTMLElement[] =>
  [...Map.groupBy(operations, ({ tag }) => tag)].map(([tag, list]) =>
    element(
      "optgroup",
      { label: tag },
      ...list.map(({ id, summary }) => element("option", { value: id }, `${id}: ${summary}`)),
    ),
  );

/** An example of the body, as text: ids above 2^53 keep their digits. */
const bodyOf = ({ fields = [] }: Callable, values: Values): string => {
  const lines = fields.flatMap(({ name, isInteger, example }) => {
    const known = values[name]?.[0];
    const value = known === undefined ? example : isInteger ? known : JSON.stringify(known);
    return value === undefined ? [] : [`  "${name}": ${value}`];
  });
  return `{\n${lines.join(",\n")}\n}`;
};

const formOf = (json: string): FormData => {
  const form = new FormData();
  form.set("data", new Blob([json], { type: "application/json" }));
  return form;
};

const send = async ({ url, body, ...request }: Request): Promise<void> => {
  const answer = found("answer", HTMLDivElement);
  const startedAt = performance.now();
  answer.replaceChildren(element("p", { role: "status" }, "waiting for the answer"));
  try {
    const response = await fetch(url, { ...request, ...(body !== undefined && { body }) });
    const text = await response.text();
    const ms = Math.round(performance.now() - startedAt);
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    answer.replaceChildren(
      element(
        "p",
        { role: "status" },
        element("b", { class: `status s${String(response.status)[0]}` }, String(response.status)),
        ` ${ms} ms`,
      ),
      element("pre", { tabindex: "0", "aria-label": "Body of the answer" }, indented(text) || "(empty)"),
      element("details", {}, element("summary", {}, "Headers"), element("pre", { tabindex: "0" }, headers)),
    );
  } catch (error) {
    answer.replaceChildren(element("p", { role: "alert" }, `No answer: ${error}`));
  }
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const curlOf = ({ url, method, headers, body }: Request, text: string): string =>
  [
    `curl -i -X ${method} ${quoted(location.origin + url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body instanceof FormData ? [`-F ${quoted(`data=${text};type=application/json`)}`] : []),
    ...(typeof body === "string" ? [`-d ${quoted(body)}`] : []),
  ].join(" \\\n  ");
