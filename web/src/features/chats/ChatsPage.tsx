import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Inbox, SearchX } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { conversationListQuery, VIEWS } from "@/api/conversations";
import { countersQuery } from "@/api/counters";
import { errorText } from "@/api/error";
import { Page } from "@/app/Page";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorState } from "@/ui/ErrorState";
import { SkeletonRows } from "@/ui/Skeleton";
import { Tabs } from "@/ui/Tabs";
import { TextField } from "@/ui/TextField";
import { useDebounced } from "@/ui/useDebounced";
import { VirtualList } from "@/ui/VirtualList";
import { ConversationRow } from "./ConversationRow";
import { chatsRoute } from "./route";

export function ChatsPage() {
  const { t } = useTranslation();
  const { view = "all", q } = chatsRoute.useSearch();
  const navigate = chatsRoute.useNavigate();
  const { data: counters } = useQuery(countersQuery());
  const [typed, setTyped] = useState(q ?? "");
  useDebounced(typed, (text) => {
    if (text !== (q ?? ""))
      void navigate({ search: { view, ...(text ? { q: text } : {}) }, replace: true });
  });
  return (
    <Page title={t("app.chats")}>
      <div className="shrink-0 px-3 pt-3 pb-1">
        <TextField
          type="search"
          label={t("chats.search")}
          hideLabel
          placeholder={t("chats.search")}
          value={typed}
          onChange={setTyped}
        />
      </div>
      <Tabs
        label={t("chats.views")}
        tabs={VIEWS.map((value) => ({
          value,
          label: t(`chats.view.${value}`),
          count: value === "all" ? undefined : counters?.[value],
        }))}
        value={view}
        onChange={(next) => void navigate({ search: { view: next, ...(q ? { q } : {}) } })}
      >
        <List view={view} q={q} />
      </Tabs>
    </Page>
  );
}

function List({ view, q }: { view: (typeof VIEWS)[number]; q: string | undefined }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(conversationListQuery({ view, ...(q ? { q } : {}) }));
  if (list.isPending) return <SkeletonRows />;
  if (list.isError && !list.data) {
    return (
      <ErrorState
        title={t("chats.error_title")}
        text={errorText(t, list.error)}
        onRetry={() => void list.refetch()}
        pending={list.isFetching}
      />
    );
  }
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return q ? (
      <EmptyState
        icon={SearchX}
        title={t("chats.nothing_found")}
        text={t("chats.nothing_found_text", { q })}
      />
    ) : (
      <EmptyState icon={Inbox} title={t(`chats.empty.${view}`)} text={t("chats.empty_text")} />
    );
  }
  return (
    <VirtualList
      label={t(`chats.view.${view}`)}
      items={items}
      keyOf={(item) => item.id}
      estimate={60}
      renderItem={(item) => <ConversationRow conversation={item} />}
      onNearEnd={() => {
        if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
      }}
      footer={list.isFetchingNextPage ? <SkeletonRows rows={3} /> : undefined}
    />
  );
}
