import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { MessageCircleOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { conversationQuery } from "@/api/conversations";
import { ApiError, errorText } from "@/api/error";
import { messagesQuery } from "@/api/messages";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { OpenConversation } from "./OpenConversation";
import { PaneSkeleton } from "./PaneSkeleton";

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
export function ConversationPane({ id, onBack, messageId }: ConversationPaneProps) {
  const { t } = useTranslation();
  const conversation = useQuery(conversationQuery(id));
  const messages = useInfiniteQuery(messagesQuery(id));
  const failed = [conversation, messages].find((query) => query.isError && !query.data);
  if (failed) {
    const gone = failed.error instanceof ApiError && failed.error.status === 404;
    return gone ? (
      <EmptyState
        icon={MessageCircleOff}
        title={t("conversation.gone_title")}
        text={t("conversation.gone_text")}
        action={onBack && <Button onClick={onBack}>{t("conversation.back")}</Button>}
      />
    ) : (
      <ErrorState
        title={t("conversation.error_title")}
        text={errorText(t, failed.error)}
        onRetry={() => {
          if (conversation.isError) void conversation.refetch();
          if (messages.isError) void messages.refetch();
        }}
        pending={conversation.isFetching || messages.isFetching}
      />
    );
  }
  if (!conversation.data || !messages.data) return <PaneSkeleton />;
  return (
    <OpenConversation
      key={id}
      conversation={conversation.data}
      messages={messages}
      messageId={messageId}
      onBack={onBack}
    />
  );
}
