type Component = (props: Props) => unknown;

interface Props {
  /** The text of a link. */
  readonly text?: unknown;
  /** The status of an answer, and its description in the OpenAPI document. */
  readonly code?: string;
  readonly response?: { readonly get: (key: string) => unknown };
}

interface SwaggerUi {
  readonly React: { readonly createElement: (type: unknown, props: object | null, ...children: unknown[]) => unknown };
}

interface Parts {
  readonly getComponent: (name: string) => unknown;
}

const nothing = () => () => null;

/** What this page shows in another way than Swagger UI does. */
export const plugin = ({ React: { createElement } }: SwaggerUi) => ({
  wrapComponents: {
    // The page has these itself.
    InfoContainer: nothing,
    ServersContainer: nothing,
    AuthorizeBtnContainer: nothing,
    authorizeOperationBtn: nothing,
    // A link inside a button cannot be reached by keyboard.
    DeepLink: () => (props: Props) => createElement("span", null, props.text),
    // Each problem has the same schema and headers: here, their codes and meanings are enough.
    response:
      (original: Component, { getComponent }: Parts) =>
      (props: Props) =>
        /^[45]/.test(props.code ?? "")
          ? createElement(
              "tr",
              { className: "response" },
              createElement("td", { className: "response-col_status" }, props.code),
              createElement(
                "td",
                { className: "response-col_description", colSpan: 2 },
                createElement(getComponent("Markdown"), { source: props.response?.get("description") }),
              ),
            )
          : createElement(original, props),
  },
});
