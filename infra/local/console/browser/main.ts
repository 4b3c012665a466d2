import { showCall } from "./call.ts";
import { found } from "./dom.ts";
import { clearEntries, showEvent, showExchange } from "./entries.ts";
import { showFaults } from "./faults.ts";
import { follow, readSetting } from "./server.ts";
import { showTokens } from "./tokens.ts";

const setting = await readSetting();
const isPosted = setting.webhooks !== undefined;
const connection = found("connection", HTMLParagraphElement);

follow(
  (message) => {
    switch (message.kind) {
      case "snapshot":
        clearEntries();
        message.exchanges.forEach(showExchange);
        for (const event of message.events) showEvent(event, isPosted);
        return showFaults(message.conditions);
      case "exchange":
        return showExchange(message.exchange);
      case "event":
        return showEvent(message.event, isPosted);
      case "conditions":
        return showFaults(message.conditions);
    }
  },
  (isOpen) => {
    connection.textContent = isOpen ? "live" : "the gateway does not answer";
    connection.classList.toggle("is-lost", !isOpen);
  },
);

showTokens(setting);
await showCall(setting);
