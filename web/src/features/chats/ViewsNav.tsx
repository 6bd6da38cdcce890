import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PanelLeftClose } from "lucide-react";
import { useTranslation } from "react-i18next";
import { channelsQuery } from "@/api/channels";
import { countersQuery } from "@/api/counters";
import { ChannelIcon } from "@/app/ChannelIcon";
import { countOf, VIEW_ENTRIES } from "@/app/views";
import { Badge } from "@/ui/Badge";
import { cx } from "@/ui/cx";
import { IconButton } from "@/ui/IconButton";
import { chatsRoute } from "./route";

const ENTRY =
  "flex h-control min-w-0 items-center gap-2 rounded-6 px-2 text-13 hover:bg-hover focus-inset";
const CURRENT = "bg-selected font-medium text-accent-ink";

/** The views and channels of the inbox, with their numbers. */
export function ViewsNav({ onFold }: { onFold: () => void }) {
  const { t } = useTranslation();
  const { view = "all", channel, sort } = chatsRoute.useSearch();
  const { data: counters } = useQuery(countersQuery());
  const { data: channels } = useQuery(channelsQuery());
  const kept = sort ? { sort } : {};
  return (
    <>
      <header className="flex h-12 shrink-0 items-center justify-between gap-2 ps-4 pe-2">
        <h1 className="truncate text-14 font-semibold">{t("app.chats")}</h1>
        <IconButton icon={PanelLeftClose} label={t("chats.fold_views")} onClick={onFold} />
      </header>
      <nav aria-label={t("chats.views")} className="flex min-h-0 grow flex-col overflow-auto px-2">
        {VIEW_ENTRIES.map((entry) => {
          const current = entry.view === view && !channel;
          const count = countOf(entry, counters);
          return (
            <Link
              key={entry.view}
              to="."
              search={{ view: entry.view, ...kept }}
              activeOptions={{ exact: true }}
              aria-current={current ? "page" : undefined}
              className={cx(ENTRY, current ? CURRENT : "text-ink")}
            >
              <entry.icon aria-hidden className="size-4 shrink-0 text-muted" />
              <span className="grow truncate">{t(`chats.view.${entry.view}`)}</span>
              <Badge count={count} tone="plain" exact label={t("chats.conversations", { count })} />
            </Link>
          );
        })}
        {channels && channels.items.length > 1 && (
          <>
            <h2 className="px-2 pt-5 pb-1 text-12 font-medium text-muted">{t("chats.channels")}</h2>
            {channels.items.map(({ id, kind, name, address }) => (
              <Link
                key={id}
                to="."
                search={{ view: "all", channel: id, ...kept }}
                activeOptions={{ exact: true }}
                aria-current={channel === id ? "page" : undefined}
                title={address}
                className={cx(ENTRY, channel === id ? CURRENT : "text-ink")}
              >
                <ChannelIcon kind={kind} size={16} />
                <span dir="auto" className="truncate">
                  {name}
                </span>
              </Link>
            ))}
          </>
        )}
      </nav>
    </>
  );
}
