import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActions } from "@/actions/hooks";
import { useMay, useMe } from "@/api/me";
import { membersQuery } from "@/api/members";
import type { Conversation, Message, MessagePage } from "@/api/types";
import { useTitle } from "@/app/title";
import { watchConversation } from "@/realtime/live";
import { MINUTE, SECOND, useNow } from "@/ui/clock";
import { Drawer } from "@/ui/Drawer";
import { useWidth } from "@/ui/useWidth";
import { Composer, type ComposerHandle } from "./composer/Composer";
import { asMessage, restoreOutbox, useOutbox } from "./composer/outbox";
import { ContactPanel } from "./contact/ContactPanel";
import { CONTACT_WIDTH, contactBeside, useContactShown } from "./contact/shown";
import { DropZone } from "./DropZone";
import { useConversationActions } from "./header/actions";
import { DeleteDialog } from "./header/DeleteDialog";
import { headerFit } from "./header/fit";
import { Header, type HeaderMenu } from "./header/Header";
import { type Pane, PaneProvider } from "./pane";
import { firstUnread } from "./timeline/entries";
import { Timeline, type TimelineHandle } from "./timeline/Timeline";
import { useReading } from "./useReading";
import { freeUntil, lockReason } from "./window";

const InfoDialog = lazy(() => import("./message/InfoDialog"));
const Viewer = lazy(() => import("./message/Viewer"));

export type OpenConversationProps = {
  conversation: Conversation;
  messages: UseInfiniteQueryResult<InfiniteData<MessagePage>>;
  messageId?: string | undefined;
  onBack?: (() => void) | undefined;
};

/** A conversation whose data are here; mounted anew for each. */
export function OpenConversation(props: OpenConversationProps) {
  const { conversation, messages, messageId, onBack } = props;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useMe();
  const may = useMay();
  const { data: members } = useQuery(membersQuery());
  const stored = messages.data?.pages.flatMap(({ items }) => items) ?? [];
  const [unread] = useState(() => ({
    from: firstUnread(stored, conversation.unread),
    count: conversation.unread,
  }));
  const timeline = useRef<TimelineHandle>(null);
  const composer = useRef<ComposerHandle>(null);
  const [box, width] = useWidth<HTMLDivElement>();
  const [contactShown, setContactShown] = useContactShown(width);
  const [menu, setMenu] = useState<HeaderMenu>(null);
  const [deleting, setDeleting] = useState(false);
  const [info, setInfo] = useState<Message | null>(null);
  const [viewed, setViewed] = useState<string | null>(null);
  const locked = useLock(conversation);
  const outbox = useOutbox(me.id, conversation.id);

  useTitle(conversation.participant.name);
  useReading(conversation);
  useEffect(() => watchConversation(conversation.id), [conversation.id]);
  useEffect(() => restoreOutbox(me.id), [me.id]);

  const actions = useConversationActions(conversation, {
    reply: () => composer.current?.reply(timeline.current?.focused() ?? null),
    note: () => composer.current?.note(),
    assign: () => setMenu("assign"),
    snooze: () => setMenu("snooze"),
    remove: () => setDeleting(true),
    toggleContact: () => setContactShown(!contactShown),
  });
  useActions(Object.values(actions));

  const pane: Pane = {
    conversation,
    me,
    members: members?.items ?? [],
    mayReply: may("conversations.reply"),
    mayManage: may("conversations.manage"),
    maySeeInfo: may("messages.info"),
    open: locked === null,
    replyTo: (message) => composer.current?.reply(message),
    restore: (text) => composer.current?.restore(text),
    jumpTo: (id) => timeline.current?.jumpTo(id),
    view: setViewed,
    showInfo: setInfo,
  };
  const beside = contactBeside(width);
  const panel = <ContactPanel id={conversation.id} onClose={() => setContactShown(false)} />;

  return (
    <PaneProvider value={pane}>
      <div ref={box} className="flex min-h-0 min-w-0 grow">
        <DropZone
          enabled={pane.mayReply && pane.open}
          onFiles={(files) => composer.current?.addFiles(files)}
        >
          <Header
            actions={actions}
            onBack={onBack}
            menu={menu}
            onMenu={setMenu}
            contactShown={contactShown}
            fit={headerFit(width - (beside && contactShown ? CONTACT_WIDTH : 0))}
          />
          <Timeline
            ref={timeline}
            messages={messages}
            sending={outbox.map((item) => ({ sending: item, message: asMessage(item, me) }))}
            unread={unread}
            messageId={messageId}
            onLeave={() => composer.current?.focus()}
          />
          <Composer
            ref={composer}
            locked={locked}
            messages={stored}
            onSent={() => timeline.current?.scrollToEnd()}
            onUp={() => timeline.current?.focusLast()}
          />
        </DropZone>
        {contactShown && beside && (
          <div className="flex w-72 shrink-0 border-s border-line">{panel}</div>
        )}
      </div>
      {!beside && (
        <Drawer
          open={contactShown}
          onOpenChange={setContactShown}
          title={t("conversation.contact.title")}
        >
          {panel}
        </Drawer>
      )}
      {deleting && (
        <DeleteDialog
          onClose={() => setDeleting(false)}
          onDeleted={() => void navigate({ to: "/chats", search: true })}
        />
      )}
      <Suspense>
        {info && <InfoDialog message={info} onClose={() => setInfo(null)} />}
        {viewed !== null && (
          <Viewer
            images={stored
              .filter(({ type, files }) => type === "image" && files[0]?.state === "stored")
              .reverse()}
            fileId={viewed}
            onMove={setViewed}
            onClose={() => setViewed(null)}
          />
        )}
      </Suspense>
    </PaneProvider>
  );
}

/** Why the customer cannot be answered, at this second; the window closes while one looks. */
function useLock(conversation: Conversation) {
  const until = freeUntil(conversation);
  const coarse = useNow(MINUTE);
  const soon = until !== null && until - coarse < 2 * MINUTE;
  const now = useNow(soon ? SECOND : MINUTE);
  return lockReason(conversation, now);
}
