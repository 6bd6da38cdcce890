import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { ArrowDown, RotateCw } from "lucide-react";
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { Message, MessagePage } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { Button } from "@/ui/Button";
import { Spinner } from "@/ui/Spinner";
import { toast } from "@/ui/Toasts";
import { useDelayed } from "@/ui/useDelayed";
import { useLongPress } from "@/ui/useLongPress";
import { VirtualList, type VirtualListHandle } from "@/ui/VirtualList";
import type { Sending } from "../composer/outbox";
import { activeMessage } from "../message/active";
import { MessageRow } from "../message/MessageRow";
import { QuietRow } from "../message/QuietRow";
import { inWords } from "../message/words";
import { usePane } from "../pane";
import { type Entry, isQuiet, timelineEntries } from "./entries";
import { estimateHeight } from "./estimate";
import { DayLine, UnreadLine, WaitingLine } from "./Lines";

export type TimelineHandle = {
  jumpTo: (messageId: string) => void;
  scrollToEnd: () => void;
  /** Moves the focus to the last message. */
  focusLast: () => void;
  /** The message that has the focus. */
  focused: () => Message | null;
};

export type TimelineProps = {
  messages: UseInfiniteQueryResult<InfiniteData<MessagePage>>;
  sending: readonly { message: Message; sending: Sending }[];
  /** What was unread when the conversation was opened. */
  unread: { from: string | null; count: number };
  /** A message to open at, in place of the end. */
  messageId?: string | undefined;
  /** Escape was pressed: the keyboard goes elsewhere. */
  onLeave: () => void;
  ref: Ref<TimelineHandle>;
};

const MARKED = 2500;

const keyAt = (element: Element) => element.closest<HTMLElement>("[data-key]")?.dataset.key ?? null;

/** The conversation itself. Opens at its end, or at what is unread; loads the past as one scrolls up. */
export function Timeline({ messages, sending, unread, messageId, onLeave, ref }: TimelineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useRef<VirtualListHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [target, setTarget] = useState<string | null>(messageId ?? null);
  const [asked, setAsked] = useState(messageId);
  // Another message of the same conversation was found.
  if (messageId !== asked) {
    setAsked(messageId);
    if (messageId) setTarget(messageId);
  }
  const [marked, setMarked] = useState<string | null>(null);

  const stored = messages.data?.pages.flatMap(({ items }) => items) ?? [];
  const entries = timelineEntries({
    messages: stored,
    sending,
    unreadFrom: unread.from,
    unread: unread.count,
    dayOf: format.dayKey,
  });
  const indexOf = (id: string) =>
    entries.findIndex((entry) => entry.kind === "message" && entry.message.id === id);
  const unreadAt = entries.findIndex(({ kind }) => kind === "unread");
  const news = useNews(stored, atEnd);

  function loadOlder() {
    if (messages.hasNextPage && !messages.isFetchingNextPage) void messages.fetchNextPage();
  }

  // A message far in the past is reached page by page.
  const approach = useEffectEvent(() => {
    if (target === null || messages.isFetchingNextPage) return;
    const index = indexOf(target);
    if (index >= 0) {
      list.current?.scrollToIndex(index);
      setMarked(target);
      setTarget(null);
    } else if (messages.hasNextPage && !messages.isFetchNextPageError) {
      loadOlder();
    } else {
      toast({ title: t("conversation.quoted_gone") });
      setTarget(null);
    }
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that arrives brings it nearer.
  useEffect(() => approach(), [target, stored.length, messages.isFetchingNextPage]);

  useEffect(() => {
    if (marked === null) return;
    const timer = setTimeout(() => setMarked(null), MARKED);
    return () => clearTimeout(timer);
  }, [marked]);

  useEffect(() => activeMessage.clear, []);

  const messageIndexes = () =>
    entries.flatMap(({ kind }, index) => (kind === "message" ? [index] : []));

  function focusAt(index: number | undefined) {
    const entry = index === undefined ? undefined : entries[index];
    if (index === undefined || entry?.kind !== "message") return;
    list.current?.focus(index);
    activeMessage.point(entry.key);
  }

  useImperativeHandle(ref, () => ({
    jumpTo: setTarget,
    scrollToEnd: () => list.current?.scrollToEnd(),
    focusLast: () => focusAt(messageIndexes().at(-1)),
    focused: () => {
      const key = document.activeElement?.closest<HTMLElement>("[data-key]")?.dataset.key;
      const entry = entries.find((known) => known.key === key);
      return entry?.kind === "message" && !entry.sending ? entry.message : null;
    },
  }));

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    const element = event.target as HTMLElement;
    if (element.closest("input, textarea, select, [role=menu], [role=dialog]")) return;
    const key = element.closest<HTMLElement>("[data-key]")?.dataset.key;
    const here = entries.findIndex((entry) => entry.key === key);
    const all = messageIndexes();
    const go = (index: number | undefined) => {
      if (index === undefined) return;
      event.preventDefault();
      focusAt(index);
    };
    switch (event.key) {
      case "ArrowUp":
        return go(here === -1 ? all.at(-1) : all.findLast((index) => index < here));
      case "ArrowDown":
        return go(here === -1 ? all.at(-1) : all.find((index) => index > here));
      case "Home":
        return go(all[0]);
      case "End":
        list.current?.scrollToEnd();
        return go(all.at(-1));
      case "Enter":
      case "ContextMenu":
        if (key === undefined || element.closest("button, a, audio, video")) return;
        event.preventDefault();
        return activeMessage.open(key, "menu");
      case "Escape":
        event.preventDefault();
        return onLeave();
    }
  }

  const press = useLongPress((element) => {
    const key = keyAt(element);
    if (key !== null) activeMessage.open(key, "menu");
  });
  const point = (key: string | null) => {
    if (key !== null) activeMessage.point(key);
  };
  // Once it is answered there is nothing left to say.
  const latest = stored.find(({ direction }) => direction !== "internal");

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears its rows' events, once for all of them.
    <div
      className="@container relative flex min-h-0 grow flex-col"
      onKeyDown={onKeyDown}
      onFocus={({ target: element }) => point(keyAt(element))}
      onPointerOver={({ target: element, pointerType }) => {
        if (pointerType !== "touch") point(keyAt(element as Element));
      }}
      onPointerLeave={() => activeMessage.point(null)}
      {...press}
      onPointerDown={(event) => {
        press.onPointerDown(event);
        if (event.pointerType === "touch") point(keyAt(event.target as Element));
      }}
    >
      <VirtualList
        ref={list}
        role="log"
        anchor="end"
        label={t("conversation.messages")}
        items={entries}
        keyOf={(entry) => entry.key}
        estimate={estimateHeight}
        openAt={target === null && unreadAt > 0 ? unreadAt : undefined}
        onNearStart={loadOlder}
        onAtEnd={setAtEnd}
        renderItem={(entry, index) => (
          <div className={index === entries.length - 1 ? "pb-2" : undefined}>
            <Row entry={entry} marked={marked} />
          </div>
        )}
      />
      <Older messages={messages} />
      {!atEnd && (
        // A row of its own: over the messages it would lie on their buttons.
        <div className="flex shrink-0 justify-center py-1.5">
          <Button icon={ArrowDown} onClick={() => list.current?.scrollToEnd()}>
            {news > 0 ? t("conversation.new_messages", { count: news }) : t("conversation.to_end")}
          </Button>
        </div>
      )}
      <Announcer message={latest?.direction === "in" ? latest : undefined} />
    </div>
  );
}

function Row({ entry, marked }: { entry: Entry; marked: string | null }) {
  switch (entry.kind) {
    case "day":
      return <DayLine at={entry.at} />;
    case "unread":
      return <UnreadLine count={entry.count} />;
    case "waiting":
      return <WaitingLine />;
    case "message":
      return isQuiet(entry.message) ? (
        <QuietRow entry={entry} />
      ) : (
        <MessageRow entry={entry} marked={entry.message.id === marked} />
      );
  }
}

/** That the past is being loaded, or could not be; over the first rows, so that nothing moves. */
function Older({ messages }: Pick<TimelineProps, "messages">) {
  const { t } = useTranslation();
  const slow = useDelayed(messages.isFetchingNextPage);
  if (!slow && !messages.isFetchNextPageError) return null;
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 flex justify-center">
      {slow ? (
        <span className="rounded-full bg-raised p-1.5 shadow-raised">
          <Spinner />
        </span>
      ) : (
        <span className="pointer-events-auto">
          <Button icon={RotateCw} onClick={() => void messages.fetchNextPage()}>
            {t("conversation.older_failed")}
          </Button>
        </span>
      )}
    </div>
  );
}

/** How many messages of the customer came since the end was last in sight. */
function useNews(newestFirst: readonly Message[], atEnd: boolean): number {
  const newest = newestFirst[0]?.id ?? null;
  const [seen, setSeen] = useState(newest);
  if (atEnd && seen !== newest) setSeen(newest);
  const since = newestFirst.findIndex(({ id }) => id === seen);
  return newestFirst.slice(0, Math.max(0, since)).filter(({ direction }) => direction === "in")
    .length;
}

/** Says a customer's new message to screen readers; what was there on opening is not news. */
function Announcer({ message }: { message: Message | undefined }) {
  const { t } = useTranslation();
  const { conversation } = usePane();
  const [first] = useState(message?.id);
  const fresh = message && message.id !== first;
  return (
    <p aria-live="polite" className="sr-only">
      {fresh &&
        t("conversation.says", {
          name: conversation.participant.name,
          text: inWords(t, message),
        })}
    </p>
  );
}
