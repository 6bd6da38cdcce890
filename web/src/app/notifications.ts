import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { conversationQuery, knownConversation } from "@/api/conversations";
import { meKeys } from "@/api/me";
import type { Conversation, Me, Message } from "@/api/types";
import { onChange } from "@/realtime/live";
import { clock } from "@/ui/clock";
import { alertFor, createNewsFilter } from "./alert";
import { previewOf } from "./preview";
import { ring } from "./sound";
import { createTurns, type Turns, type Wire } from "./turns";

export type NotificationsConfig = {
  cache: QueryClient;
  /** The conversation that is open here. */
  openId: () => string | undefined;
  /** Opens one, when its notification is pressed. */
  open: (conversationId: string) => void;
};

/** Rings and pops up for new messages until the returned function is called. */
export function notifyOfMessages(config: NotificationsConfig): () => void {
  const turns = createTurns(new BroadcastChannel("parley.alerts") as unknown as Wire);
  const isNews = createNewsFilter();
  const stop = onChange((change) => {
    if (change.kind !== "message" || !isNews(change.value, clock.now())) return;
    void consider(change.value, config, turns);
  });
  return () => {
    stop();
    turns.stop();
  };
}

async function consider(
  message: Message,
  config: NotificationsConfig,
  turns: Turns,
): Promise<void> {
  const { cache } = config;
  const me = cache.getQueryData<Me>(meKeys.all);
  if (!me || message.direction !== "in") return;
  const conversation = await find(cache, message.conversation_id);
  if (!conversation) return;
  const looking = { focused: document.hasFocus(), openId: config.openId() };
  if (looking.focused && looking.openId === conversation.id) turns.silence(message.id);
  const { sound, popup } = alertFor(message, conversation, me, looking, clock.now());
  if ((!sound && !popup) || !(await turns.claim(message.id, looking.focused))) return;
  if (sound) ring();
  if (popup) show(message, conversation, config.open);
}

async function find(cache: QueryClient, id: string): Promise<Conversation | undefined> {
  return (
    knownConversation(cache, id) ??
    (await cache.ensureQueryData(conversationQuery(id)).catch(() => undefined))
  );
}

function show(message: Message, conversation: Conversation, open: (id: string) => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { kind, text } = previewOf(message);
  const shown = new Notification(conversation.participant.name, {
    body: text || (kind === "text" ? "" : i18next.t(`chats.kind.${kind}`)),
    tag: conversation.id,
    icon: "/favicon.svg",
    // The sound is ours to make or not.
    silent: true,
  });
  shown.onclick = () => {
    window.focus();
    open(conversation.id);
    shown.close();
  };
}
