import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/me";
import { Page } from "@/app/Page";
import { cx } from "@/ui/cx";
import { GROUPS, sectionsFor } from "./sections";

/** The sections beside what they lead to; where there is no room, one of both. */
export function SettingsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const path = useLocation().pathname.replace(/\/$/, "");
  const atIndex = path === "/settings";
  // What lies below a section has a way back of its own.
  const inSection = path.split("/").length === 3;
  return (
    <Page title={t("app.settings")}>
      <div className="flex min-h-0 grow">
        <nav
          aria-label={t("settings.sections")}
          className={cx(
            "w-full shrink-0 flex-col gap-5 overflow-y-auto p-3 wide:flex wide:w-56 wide:border-e wide:border-line",
            atIndex ? "flex" : "hidden",
          )}
        >
          {GROUPS.map((group) => {
            const sections = sectionsFor(group, may);
            if (sections.length === 0) return null;
            return (
              <div key={group} className="flex flex-col gap-0.5">
                <h2 className="px-2 pb-1 text-12 font-medium text-muted">
                  {t(`settings.group.${group}`)}
                </h2>
                {sections.map(({ to, icon: Icon, label }) => (
                  <Link
                    key={to}
                    to={to}
                    className="flex h-control shrink-0 items-center gap-2 rounded-6 px-2 text-13 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-accent-ink"
                  >
                    <Icon aria-hidden className="size-4 text-muted" />
                    {t(label)}
                  </Link>
                ))}
              </div>
            );
          })}
        </nav>
        <div
          // Each begins at its top.
          key={path}
          className={cx("min-h-0 min-w-0 grow overflow-auto", atIndex && "hidden wide:block")}
        >
          <div className="max-w-3xl p-4 wide:p-8">
            {inSection && (
              <div className="mb-4 wide:hidden">
                <Link
                  to="/settings"
                  className="inline-flex min-h-6 items-center gap-1 rounded-4 text-13 text-muted hover:text-ink"
                >
                  <ArrowLeft aria-hidden className="size-4 rtl:-scale-x-100" />
                  {t("app.settings")}
                </Link>
              </div>
            )}
            <div>
              <Outlet />
            </div>
          </div>
        </div>
      </div>
    </Page>
  );
}
