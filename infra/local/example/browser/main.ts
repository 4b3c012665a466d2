import { type App, createApp } from "./app.ts";
import { showContracts } from "./contracts.ts";
import { actions, button, choice, element, labelled } from "./dom.ts";

const chosen = document.querySelector("#language") as HTMLSelectElement;
const who = document.querySelector("#member") as HTMLElement;
const language = () => chosen.value;

chosen.value = sessionStorage.getItem("language") ?? (navigator.language.startsWith("de") ? "de" : "en");

/** The members of the sandbox. An app of yours has a sign-in of its own here. */
const cast: readonly { readonly customerId: string; readonly situation: string }[] = await (
  await fetch("/_console/cast")
).json();

const start = async (): Promise<void> => {
  document.documentElement.lang = language();
  const customerId = sessionStorage.getItem("member");
  const app = createApp(customerId ?? "", language);
  who.replaceChildren(...(customerId ? [`${app.t.as} ${customerId} `, button(app.t.signOut, () => enter(null))] : []));
  if (customerId) await showContracts(app);
  else showSignIn(app);
};

const enter = (customerId: string | null): Promise<void> => {
  if (customerId === null) sessionStorage.removeItem("member");
  else sessionStorage.setItem("member", customerId);
  return start();
};

const showSignIn = ({ t, open }: App): void => {
  const members = choice(cast.map(({ customerId, situation }) => [customerId, `${customerId}: ${situation}`]));
  const signIn = button(t.signIn, () => enter(members.value), "main");
  open()(t.signIn, element("form", {}, labelled(t.as, members), actions(signIn)));
};

chosen.addEventListener("change", () => {
  sessionStorage.setItem("language", language());
  void start();
});
await start();
