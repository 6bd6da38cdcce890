import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { conversationQuery, knownConversation } from "@/api/conversations";
import { meKeys } from "@/api/me";
import type { Conversation, Me, Message } from "@/api/types";
import { onChange } from "@/realtime/live";
import { clock } from "@/ui/clock";
import { toast } from "@/ui/Toasts";
import { alertFor, createFailureFilter, createNewsFilter, failureAlertFor } from "./alert";
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
  const isFailure = createFailureFilter();
  const stop = onChange((change) => {
    if (change.kind !== "message") return;
    const { value } = change;
    if (isFailure(value, clock.now())) void considerFailure(value, config, turns);
    if (isNews(value, clock.now())) void consider(value, config, turns);
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

async function considerFailure(
  message: Message,
  { cache, openId, open }: NotificationsConfig,
  turns: Turns,
): Promise<void> {
  const me = cache.getQueryData<Me>(meKeys.all);
  if (!me || message.direction !== "out") return;
  const conversation = await find(cache, message.conversation_id);
  if (!conversation) return;
  const turn = `failed ${message.id} ${message.version}`;
  const looking = { focused: document.hasFocus(), openId: openId() };
  if (looking.focused && looking.openId === conversation.id) turns.silence(turn);
  const alert = failureAlertFor(message, conversation, me, looking);
  if (!alert.toast && !alert.popup) return;
  if (!(await turns.claim(turn, looking.focused))) return;
  const title = i18next.t("chats.not_delivered", { name: conversation.participant.name });
  const text = message.error?.text ?? "";
  if (alert.sound) ring();
  if (alert.popup) notify(title, text, `failed ${message.id}`, () => open(conversation.id));
  if (alert.toast) {
    toast({
      title,
      text,
      tone: "bad",
      action: {
        label: i18next.t("chats.open_not_delivered"),
        onClick: () => open(conversation.id),
      },
    });
  }
}

async function find(cache: QueryClient, id: string): Promise<Conversation | undefined> {
  return (
    knownConversation(cache, id) ??
    (await cache.ensureQueryData(conversationQuery(id)).catch(() => undefined))
  );
}

function show(message: Message, conversation: Conversation, open: (id: string) => void): void {
  const { kind, text } = previewOf(message);
  const body = text || (kind === "text" ? "" : i18next.t(`chats.kind.${kind}`));
  notify(conversation.participant.name, body, conversation.id, () => open(conversation.id));
}

function notify(title: string, body: string, tag: string, onOpen: () => void): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(title, {
    body,
    tag,
    icon: "/favicon.svg",
    // The sound is ours to make or not.
    silent: true,
  });
  shown.onclick = () => {
    window.focus();
    onOpen();
    shown.close();
  };
}
