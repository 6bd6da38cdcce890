import type { QueryClient } from "@tanstack/react-query";
import { conversationKeys, conversationQuery } from "@/api/conversations";
import { meKeys } from "@/api/me";
import type { Conversation, Me, Message } from "@/api/types";
import { onChange } from "@/realtime/live";

export type Alert = { sound: boolean; desktop: boolean };

/**
 * Whether a message should be heard and shown: from a customer, in a conversation that I want to be
 * told of, not in quiet time; the pop-up only when one is not looking.
 */
export function alertFor(
  message: Message,
  conversation: Conversation,
  me: Me,
  looking: boolean,
): Alert {
  const { sound, notify, quiet } = me.settings;
  const forMe =
    (notify !== "none" && conversation.assignee_id === me.id) ||
    (notify === "mine_and_unassigned" && conversation.assignee_id === null);
  const wanted =
    message.author.kind === "contact" && conversation.holder !== "bot" && forMe && !quiet;
  return { sound: wanted && sound, desktop: wanted && !looking };
}

/** Rings and pops up for new messages until the returned function is called. */
export function notifyOfMessages(cache: QueryClient): () => void {
  const seen = new Set<string>();
  return onChange((change) => {
    if (change.kind !== "message" || seen.has(change.value.id)) return;
    // A change of a message that was there already is no news.
    if (change.value.version > 1 || change.value.direction !== "in") return;
    seen.add(change.value.id);
    void alert(cache, change.value);
  });
}

async function alert(cache: QueryClient, message: Message): Promise<void> {
  const me = cache.getQueryData<Me>(meKeys.all);
  if (!me || me.settings.quiet) return;
  const conversation = await findConversation(cache, message.conversation_id);
  if (!conversation) return;
  const { sound, desktop } = alertFor(message, conversation, me, document.hasFocus());
  if (sound) ring();
  if (!desktop || !("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(conversation.participant.name, {
    body: message.text,
    tag: conversation.id,
    icon: "/favicon.svg",
  });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

async function findConversation(cache: QueryClient, id: string): Promise<Conversation | undefined> {
  const lists = cache.getQueriesData<{ pages: { items: Conversation[] }[] }>({
    queryKey: conversationKeys.lists(),
  });
  for (const [, list] of lists) {
    const known = list?.pages.flatMap(({ items }) => items).find((item) => item.id === id);
    if (known) return known;
  }
  return cache.ensureQueryData(conversationQuery(id)).catch(() => undefined);
}

let audio: AudioContext | undefined;

/** Two soft tones, made here: no file to load. Silent until one has touched the page, as browsers want it. */
function ring(): void {
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [index, hertz] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = start + index * 0.12;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.08, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}
