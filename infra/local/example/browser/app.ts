import { element } from "./dom.ts";
import { type Answer, createGateway, type Gateway, type Request } from "./gateway.ts";
import { type Texts, textOf, texts } from "./texts.ts";

export interface Contract {
  readonly id: string;
  readonly rateName: string;
  readonly contractStatus: "ACTIVE" | "INACTIVE";
  readonly endDate: string;
  readonly lastPossibleCancelationDate?: string | null;
  readonly availableCancelationDates?: readonly string[] | null;
  readonly cancelationStatus?: "CANCELED" | "PENDING_VERIFICATION" | "PENDING_WITHDRAWAL_VERIFICATION" | null;
  readonly cancelationDate?: string | null;
}

/** Shows a view. Its heading gets the focus, so that a screen reader says where one is. */
export type Show = (title: string, ...content: readonly (Node | string)[]) => void;

/** What every view gets. */
export interface App {
  readonly gateway: Gateway;
  readonly t: Texts;
  readonly date: (day: string) => string;
  /** Begins another view. What an earlier one still waits for is not shown any more. */
  readonly open: () => Show;
  readonly say: (text: string) => void;
  /** Calls the gateway. Undefined: it went wrong, and the member reads why. */
  readonly call: <Data>(path: string, request?: Request) => Promise<Data | undefined>;
}

const view = document.querySelector("main") as HTMLElement;

/** How many views were begun. */
let opened = 0;

/** The app for one member, in the language that the page has now. */
export const createApp = (customerId: string, language: () => string): App => {
  const gateway = createGateway(customerId, language);
  const t = texts[language()] as Texts;
  const [alert, status] = [element("p", { role: "alert" }), element("p", { role: "status" })];
  const tell = (answer: Answer<unknown>, isWrite: boolean): void => {
    status.textContent = "";
    alert.textContent = "problem" in answer ? textOf(answer.problem, t, isWrite) : "";
    if ("problem" in answer) alert.scrollIntoView({ block: "nearest" });
  };
  return {
    gateway,
    t,
    date: (day) => new Date(`${day}T12:00:00`).toLocaleDateString(language(), { dateStyle: "long" }),
    open: () => {
      opened += 1;
      const own = opened;
      return (title, ...content) => {
        if (own !== opened) return;
        alert.textContent = "";
        status.textContent = "";
        view.replaceChildren(element("h1", {}, title), alert, status, ...content);
        view.focus();
      };
    },
    say: (text) => {
      status.textContent = text;
    },
    call: async <Data>(path: string, request: Request = {}) => {
      const isWrite = request.intent !== undefined;
      const own = opened;
      const answer = await gateway.call<Data>(path, request);
      // A view that she has left says nothing any more, except that a write went wrong.
      if (own === opened || (isWrite && "problem" in answer)) tell(answer, isWrite);
      return "data" in answer ? answer.data : undefined;
    },
  };
};
