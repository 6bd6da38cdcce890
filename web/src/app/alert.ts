import type { Conversation, Me, Message } from "@/api/types";

/** How a new message makes itself noticed. */
export type Alert = { sound: boolean; popup: boolean };

/** What one is looking at when it comes. */
export type Looking = {
  /** This tab has the focus. */
  focused: boolean;
  /** The conversation that is open here. */
  openId: string | undefined;
};

const NOTHING: Alert = { sound: false, popup: false };

/** Older ones were missed, not heard: after a night's sleep there is no concert. */
const NEWS = 2 * 60_000;

const JUST_NOW = 30_000;
const KEEP = 500;

/** The provider may say days later that it gave up; what is older is history that comes again. */
const CONCERN = 3 * 24 * 60 * 60_000;

/**
 * Says whether a message is heard of for the first time. One that was there already comes again with
 * its ticks; one whose file came at once may have changed before we hear of it.
 */
export function createNewsFilter(): (message: Message, now: number) => boolean {
  const heard = new Set<string>();
  return ({ id, version, created_at }, now) => {
    if (heard.has(id)) return false;
    heard.add(id);
    const oldest = heard.values().next().value;
    if (heard.size > KEEP && oldest !== undefined) heard.delete(oldest);
    return version === 1 || now - Date.parse(created_at) < JUST_NOW;
  };
}

/** Says whether one hears for the first time that a message failed, and while it is still one's concern. */
export function createFailureFilter(): (message: Message, now: number) => boolean {
  const heard = new Set<string>();
  return ({ id, status, at }, now) => {
    // A retry that fails again is news again.
    if (status !== "failed") heard.delete(id);
    if (status !== "failed" || heard.has(id)) return false;
    heard.add(id);
    const oldest = heard.values().next().value;
    if (heard.size > KEEP && oldest !== undefined) heard.delete(oldest);
    return now - Date.parse(at) < CONCERN;
  };
}

/** Whether it is something that a customer wrote, and no line of the network's own. */
export function saidByCustomer({ author, type }: Message): boolean {
  return author.kind === "contact" && !UNSAID.includes(type);
}

const UNSAID: readonly Message["type"][] = ["system", "welcome", "reaction", "event", "note"];

/**
 * Whether a message is heard and pops up: only what a customer wrote just now, in a conversation of
 * mine or, if I want that, of nobody; not in quiet time, and not where I am looking already. Whoever
 * looks at the app at all needs no pop-up.
 */
export function alertFor(
  message: Message,
  conversation: Conversation,
  me: Pick<Me, "id" | "settings">,
  { focused, openId }: Looking,
  now: number,
): Alert {
  const { sound, notify, quiet } = me.settings;
  if (quiet || !saidByCustomer(message)) return NOTHING;
  if (now - Date.parse(message.at) > NEWS) return NOTHING;
  const { assignee_id, holder } = conversation;
  const forMe =
    (notify !== "none" && assignee_id === me.id) ||
    (notify === "mine_and_unassigned" && assignee_id === null && holder !== "bot");
  if (!forMe || (focused && openId === conversation.id)) return NOTHING;
  return { sound, popup: !focused };
}

/**
 * Whether its author, and whoever the conversation is given to, is told that a message did not arrive;
 * under the same settings as a new message, and not where they see it. Of a conversation that is open
 * the message itself says it.
 */
export function failureAlertFor(
  { author, status }: Pick<Message, "author" | "status">,
  { id, assignee_id }: Pick<Conversation, "id" | "assignee_id">,
  me: Pick<Me, "id" | "settings">,
  { focused, openId }: Looking,
): Alert & { toast: boolean } {
  const { sound, notify, quiet } = me.settings;
  const mine = assignee_id === me.id || (author.kind === "member" && author.id === me.id);
  const told = !quiet && notify !== "none" && status === "failed" && mine;
  if (!told || (focused && openId === id)) return { ...NOTHING, toast: false };
  return { sound, popup: !focused, toast: focused };
}
