import type { Setting } from "../messages.ts";
import { copyButton, element, found, labelled } from "./dom.ts";
import { tokenOf } from "./server.ts";

/** Shows the partners, and copies their tokens. A member's token is one with her customer id. */
export const showTokens = ({ partners, sandbox, webhooks }: Setting): void => {
  const member = element("input", {
    inputmode: "numeric",
    pattern: "\\d*",
    placeholder: "partner's token",
    size: "10",
  });
  const rows = partners.map(({ clientId, secret, studios, tokens }) => {
    const copy = copyButton("Copy token", () => tokenOf(clientId, tokens.includes("member") ? member.value : ""));
    copy.setAttribute("aria-label", `Copy token of ${clientId}`);
    return element(
      "li",
      {},
      element("span", {}, element("code", {}, `${clientId}:${secret}`), ` ${studios.join(", ")}`),
      copy,
    );
  });
  found("tokens", HTMLFormElement).replaceChildren(
    labelled("Customer id, for a member's token", member),
    element("ul", { class: "rows" }, ...rows),
    ...(sandbox
      ? [
          element(
            "p",
            { class: "note" },
            "Sandbox ",
            element("code", {}, sandbox.url),
            " key ",
            element("code", {}, sandbox.apiKey),
          ),
        ]
      : []),
    ...(webhooks
      ? [
          element(
            "p",
            { class: "note" },
            "Events go to ",
            element("code", {}, webhooks.url),
            " signed with ",
            element("code", {}, webhooks.secret),
          ),
        ]
      : []),
  );
};
