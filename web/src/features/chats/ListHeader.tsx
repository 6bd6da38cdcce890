import { useQuery } from "@tanstack/react-query";
import { ArrowDownUp, ChevronDown, PanelLeftOpen } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useActions } from "@/actions/hooks";
import { channelsQuery } from "@/api/channels";
import { SORTS, type Sort, type View } from "@/api/conversationList";
import { countersQuery } from "@/api/counters";
import { countOf, VIEW_ENTRIES } from "@/app/views";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { focusFirstRow } from "@/ui/rows";
import { SearchField } from "@/ui/SearchField";
import { useDebounced } from "@/ui/useDebounced";
import { chatsRoute, useInbox } from "./route";

export type ListHeaderProps = {
  /** The views stand beside the list; else they are a menu here. */
  viewsShown: boolean;
  /** Brings back views that were folded away; absent where they do not fit. */
  onUnfold?: () => void;
};

export function ListHeader({ viewsShown, onUnfold }: ListHeaderProps) {
  const { t } = useTranslation();
  const search = chatsRoute.useSearch();
  const go = useInbox();
  const { view = "all", sort = "attention", channel } = search;
  const { data: channels } = useQuery(channelsQuery());
  const sortBy = (value: Sort) => {
    const { sort: _usual, ...rest } = search;
    go(value === "attention" ? rest : { ...rest, sort: value });
  };
  useActions(
    SORTS.map((value) => ({
      id: `sort ${value}`,
      group: "go",
      name: (translate) => translate("chats.sort_by", { order: translate(`chats.sorts.${value}`) }),
      icon: ArrowDownUp,
      visible: () => sort !== value,
      perform: () => sortBy(value),
    })),
  );
  const here = channels?.items.find(({ id }) => id === channel)?.name ?? t(`chats.view.${view}`);
  return (
    <header className="shrink-0 border-b border-line pb-2">
      <div className="flex h-12 items-center gap-1 ps-4 pe-2">
        {viewsShown ? (
          <h2 className="min-w-0 grow truncate text-14 font-semibold">{here}</h2>
        ) : (
          <>
            {onUnfold && (
              <span className="-ms-2">
                <IconButton
                  icon={PanelLeftOpen}
                  label={t("chats.unfold_views")}
                  onClick={onUnfold}
                />
              </span>
            )}
            <ViewsMenu here={here} />
          </>
        )}
        <Menu
          align="end"
          trigger={<IconButton icon={ArrowDownUp} label={t("chats.sort")} />}
          entries={[
            {
              kind: "choice",
              label: t("chats.sort"),
              value: sort,
              options: SORTS.map((value) => ({ value, label: t(`chats.sorts.${value}`) })),
              closes: true,
              onChange: (value) => sortBy(value as Sort),
            },
          ]}
        />
      </div>
      <Search />
    </header>
  );
}

function ViewsMenu({ here }: { here: string }) {
  const { t } = useTranslation();
  const go = useInbox();
  const { view = "all", sort, channel } = chatsRoute.useSearch();
  const { data: counters } = useQuery(countersQuery());
  const { data: channels } = useQuery(channelsQuery());
  const several = (channels?.items.length ?? 0) > 1;
  const kept = sort ? { sort } : {};
  return (
    <h1 className="min-w-0 grow">
      <Menu
        trigger={
          <button
            type="button"
            className="-ms-2 flex h-control max-w-full items-center gap-1 rounded-6 px-2 text-14 font-semibold hover:bg-hover"
          >
            <span dir="auto" className="truncate">
              {here}
            </span>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
          </button>
        }
        entries={[
          {
            kind: "choice",
            label: t("chats.views"),
            value: channel ? "" : view,
            options: VIEW_ENTRIES.map((entry) => ({
              value: entry.view,
              label: t(`chats.view.${entry.view}`),
              icon: entry.icon,
              count: countOf(entry, counters),
            })),
            closes: true,
            onChange: (value) => go({ view: value as View, ...kept }),
          },
          ...(several
            ? [
                {
                  kind: "choice" as const,
                  label: t("chats.channels"),
                  value: channel ?? "",
                  options:
                    channels?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [],
                  closes: true,
                  onChange: (value: string) => go({ view: "all", channel: value, ...kept }),
                },
              ]
            : []),
        ]}
      />
    </h1>
  );
}

/** Searches in everything; what it finds takes the place of the list. `/` leads here. */
function Search() {
  const { t } = useTranslation();
  const search = chatsRoute.useSearch();
  const go = useInbox();
  const q = search.q ?? "";
  const [typed, setTyped] = useState(q);
  const [shown, setShown] = useState(q);
  const box = useRef<HTMLDivElement>(null);
  // The address has changed by itself: back, a link, another view.
  if (shown !== q) {
    setShown(q);
    setTyped(q);
  }
  const find = (text: string) => {
    const { q: _before, ...rest } = search;
    setShown(text);
    go(text ? { ...rest, q: text } : rest, { replace: true });
  };
  useDebounced(typed.trim(), (text) => text !== q && find(text), 150);
  useActions([
    {
      id: "search",
      group: "act",
      name: (translate) => translate("chats.search"),
      shortcut: "/",
      perform: () => {
        const input = box.current?.querySelector("input");
        input?.focus();
        input?.select();
      },
    },
  ]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the field inside.
    <div
      ref={box}
      className="px-3"
      onKeyDown={(event) => {
        if (event.key === "Escape" && typed) {
          setTyped("");
          find("");
        } else if (event.key === "ArrowDown" || (event.key === "Enter" && q)) {
          event.preventDefault();
          focusFirstRow(box.current?.closest("section") ?? null, event.key === "Enter");
        }
      }}
    >
      <SearchField
        label={t("chats.search")}
        value={typed}
        onChange={setTyped}
        aria-keyshortcuts="/"
      />
    </div>
  );
}
