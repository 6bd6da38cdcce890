import { Link, Outlet } from "@tanstack/react-router";
import { MonitorSmartphone, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Page } from "@/app/Page";

/** The sections, in order. One is added with its feature. */
const SECTIONS = [
  { to: "/settings/profile", icon: UserRound, label: "settings.profile" },
  { to: "/settings/sessions", icon: MonitorSmartphone, label: "settings.sessions" },
] as const;

export function SettingsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("app.settings")}>
      <div className="flex min-h-0 grow flex-col wide:flex-row">
        <nav
          aria-label={t("settings.sections")}
          className="flex shrink-0 gap-1 overflow-x-auto border-b border-line p-2 wide:w-56 wide:flex-col wide:overflow-y-auto wide:border-e wide:border-b-0 wide:p-3"
        >
          {SECTIONS.map(({ to, icon: Icon, label }) => (
            <Link
              key={to}
              to={to}
              className="flex h-control shrink-0 items-center gap-2 rounded-6 px-2 text-13 text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-accent-ink"
            >
              <Icon aria-hidden className="size-4" />
              {t(label)}
            </Link>
          ))}
        </nav>
        <div className="min-h-0 grow overflow-auto">
          <div className="max-w-2xl p-4 wide:p-8">
            <Outlet />
          </div>
        </div>
      </div>
    </Page>
  );
}
