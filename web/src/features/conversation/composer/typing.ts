import { showTyping } from "@/api/conversations";
import { sendTyping } from "@/realtime/live";

/** Colleagues believe it for six seconds. */
const TO_COLLEAGUES = 3000;
/** WhatsApp shows it to the customer for up to 25 s. */
const TO_CUSTOMER = 20_000;

/** Tells that somebody writes, each time a key is pressed, but not more often than it is worth. */
export function createTypist(
  conversationId: string,
  tell = { colleagues: sendTyping, customer: showTyping },
  now: () => number = Date.now,
) {
  let colleaguesAt = Number.NEGATIVE_INFINITY;
  let customerAt = Number.NEGATIVE_INFINITY;
  return (customerSees: boolean) => {
    const at = now();
    if (at - colleaguesAt >= TO_COLLEAGUES) {
      colleaguesAt = at;
      tell.colleagues(conversationId);
    }
    if (customerSees && at - customerAt >= TO_CUSTOMER) {
      customerAt = at;
      // Nothing is lost when it does not arrive.
      tell.customer(conversationId).catch(() => {});
    }
  };
}
