import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { MessagesSquare, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { Suspense, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useActions } from "@/actions/hooks";
import { conversationQuery } from "@/api/conversations";
import { rememberedSwitch } from "@/app/remembered";
import { useTitle } from "@/app/title";
import { ConversationPane, loadPane, PaneSkeleton } from "@/features/conversation";
import { loadSearch, SearchResults } from "@/features/search";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { SkeletonRows } from "@/ui/Skeleton";
import { useWidth } from "@/ui/useWidth";
import { ConversationList } from "./ConversationList";
import { ListHeader } from "./ListHeader";
import { panesFor, viewsFit } from "./panes";
import { chatsRoute } from "./route";
import { ViewsNav } from "./ViewsNav";

const folded = rememberedSwitch("views_folded", false);

/** The inbox: views, list and conversation side by side, as many of them as fit. */
export function ChatsPage() {
  const { t } = useTranslation();
  const search = chatsRoute.useSearch();
  const navigate = chatsRoute.useNavigate();
  const { conversationId } = useParams({ strict: false });
  const { message } = useSearch({ strict: false });
  const [ref, width] = useWidth<HTMLElement>();
  const viewsFolded = useSyncExternalStore(folded.subscribe, folded.get);
  const panes = panesFor(width, conversationId !== undefined, viewsFolded);
  const { q } = search;
  const close = () => void navigate({ to: "/chats", search });
  useChatsTitle(conversationId);
  useActions([
    {
      id: "views",
      group: "appearance",
      name: (translate) => translate(viewsFolded ? "chats.unfold_views" : "chats.fold_views"),
      icon: viewsFolded ? PanelLeftOpen : PanelLeftClose,
      visible: () => viewsFit(width),
      perform: () => folded.set(!viewsFolded),
    },
  ]);
  return (
    <main ref={ref} className="relative flex min-h-0 min-w-0 grow bg-surface">
      {panes.views && (
        <div className="flex w-52 shrink-0 flex-col border-e border-line bg-canvas">
          <ViewsNav onFold={() => folded.set(true)} />
        </div>
      )}
      <section
        aria-label={t("chats.list")}
        // Who comes near the list opens something next, or searches.
        onPointerEnter={fetchNext}
        onFocus={fetchNext}
        className={cx(
          "min-h-0 min-w-0 flex-col border-line",
          // Out of sight and not gone, with its size: rows that measure nothing would lose their place.
          panes.list ? "flex" : "invisible absolute inset-0 flex",
          panes.conversation ? "w-88 shrink-0 border-e" : "grow",
        )}
      >
        <ListHeader
          viewsShown={panes.views}
          {...(viewsFit(width) && { onUnfold: () => folded.set(false) })}
        />
        {q ? (
          <Suspense fallback={<SkeletonRows />}>
            <SearchResults q={q} />
          </Suspense>
        ) : (
          <ConversationList openId={conversationId} />
        )}
      </section>
      {panes.conversation && (
        <section
          aria-label={t("chats.conversation")}
          className="flex min-h-0 min-w-0 grow flex-col"
        >
          {conversationId ? (
            <Suspense fallback={<PaneSkeleton />}>
              <ConversationPane
                key={conversationId}
                id={conversationId}
                messageId={message}
                onBack={panes.list ? undefined : close}
              />
            </Suspense>
          ) : (
            <EmptyState
              icon={MessagesSquare}
              title={t("chats.none_open")}
              text={t("chats.none_open_text")}
            />
          )}
        </section>
      )}
    </main>
  );
}

function fetchNext(): void {
  // What fails here is asked for again when it is needed.
  Promise.all([loadPane(), loadSearch()]).catch(() => undefined);
}

function useChatsTitle(conversationId: string | undefined): void {
  const { t } = useTranslation();
  const open = useQuery({ ...conversationQuery(conversationId ?? ""), enabled: !!conversationId });
  useTitle((conversationId && open.data?.participant.name) || t("app.chats"));
}
