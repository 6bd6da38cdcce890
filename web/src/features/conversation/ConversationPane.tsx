import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { conversationQuery } from "@/api/conversations";
import { errorText } from "@/api/error";
import { messagesQuery } from "@/api/messages";
import { ErrorState } from "@/ui/ErrorState";
import { IconButton } from "@/ui/IconButton";
import { SkeletonRows } from "@/ui/Skeleton";

export type ConversationPaneProps = {
  id: string;
  /** Leads back to the list; absent where the list stands beside the pane. */
  onBack?: (() => void) | undefined;
  /** A message to show and mark, such as one that a search found. */
  messageId?: string | undefined;
};

/**
 * One conversation: header, timeline, composer. Fills its parent. Brings its contact panel itself,
 * beside it where there is room and else as a drawer.
 */
export function ConversationPane({ id, onBack }: ConversationPaneProps) {
  const { t } = useTranslation();
  const conversation = useQuery(conversationQuery(id));
  const messages = useInfiniteQuery(messagesQuery(id));
  if (conversation.isError) {
    return (
      <ErrorState
        title={t("conversation.error_title")}
        text={errorText(t, conversation.error)}
        onRetry={() => void conversation.refetch()}
        pending={conversation.isFetching}
      />
    );
  }
  if (!conversation.data) return <SkeletonRows />;
  return (
    <section className="flex min-h-0 min-w-0 grow flex-col">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-3">
        {onBack && <IconButton icon={ArrowLeft} label={t("conversation.back")} onClick={onBack} />}
        <h2 dir="auto" className="truncate text-14 font-semibold">
          {conversation.data.participant.name}
        </h2>
      </header>
      <div className="min-h-0 grow overflow-auto p-3">
        {messages.data?.pages
          .flatMap(({ items }) => items)
          .reverse()
          .map((message) => (
            <p key={message.id} dir="auto" className="py-1">
              {message.text}
            </p>
          ))}
      </div>
    </section>
  );
}
