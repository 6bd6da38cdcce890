import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge } from "@/ui/Badge";
import { cx } from "@/ui/cx";
import { Tooltip } from "@/ui/Tooltip";
import { Colleagues } from "./Colleagues";
import { Logo } from "./Logo";
import { NAV } from "./nav";
import type { News } from "./news";
import { ProfileMenu } from "./ProfileMenu";

export type RailProps = {
  news: News;
  /** What is open takes the whole of a narrow screen, and has its own way back. */
  wideOnly: boolean;
};

/** The way between the parts of the app: a rail at the side, or a bar at the foot of a narrow screen. */
export function Rail({ news, wideOnly }: RailProps) {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("app.navigation")}
      className={cx(
        wideOnly ? "hidden wide:flex" : "flex",
        "z-nav shrink-0 items-center justify-around border-t border-line bg-canvas px-2 py-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] wide:w-14 wide:flex-col wide:justify-start wide:gap-1 wide:border-t-0 wide:border-e wide:px-0 wide:py-3",
      )}
    >
      <span className="hidden pb-3 wide:block">
        <Logo size={28} />
      </span>
      {NAV.map(({ to, icon: Icon, label, shortcut }) => (
        <Tooltip key={to} text={t(label)} shortcut={shortcut} side="inline-end">
          <Link
            to={to}
            className="group relative flex h-11 min-w-16 flex-col items-center justify-center rounded-8 text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-accent-ink wide:size-10 wide:min-w-0"
          >
            <Icon aria-hidden className="size-5" strokeWidth={1.75} />
            <span className="text-12 wide:sr-only">{t(label)}</span>
            {to === "/chats" && news.count > 0 && (
              <span className="absolute end-2 top-0 flex wide:-end-1 wide:-top-1">
                <Badge count={news.count} label={t(`app.news.${news.of}`, { count: news.count })} />
              </span>
            )}
          </Link>
        </Tooltip>
      ))}
      <span className="hidden grow wide:block" />
      <Colleagues />
      <ProfileMenu />
    </nav>
  );
}
